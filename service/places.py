"""How many queries are answered at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from common.problem import ProblemError
from service import context


class Places:
    """So many places as `limit` says, each for one query that is being answered.

    A queue would only make all of them late: what gets a place is answered about as fast as at any other time. A
    request has to be there as a whole before it takes one, or callers that send slowly would hold them all.
    """

    def __init__(self, limit: int) -> None:
        self._free = limit

    @property
    def are_taken(self) -> bool:
        """Tell whether there is no place just now."""
        return self._free <= 0

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a place inside the block; raise ProblemError `service_unavailable` if there is none."""
        if self.are_taken:
            raise turned_away()
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


def turned_away() -> ProblemError:
    """Return the error of a request that found no place, and note it for the request's line."""
    if (call := context.current.get(None)) is not None:
        call.facts["shed"] = 1
    detail = "Too many requests are being answered just now."
    return ProblemError("service_unavailable", detail, headers={"Retry-After": "1"})
