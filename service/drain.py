"""Whether the process is about to stop: from then on its health says so, and connections are not kept."""


class Drain:
    """Begins once, with the signal to stop, and does not end."""

    def __init__(self) -> None:
        self._begun = False

    @property
    def has_begun(self) -> bool:
        """Tell whether the load balancer should look away."""
        return self._begun

    def begin(self) -> None:
        """Say from now on that no more requests are wanted, while they are still answered."""
        self._begun = True
