"""What stops a stand-in for AWS from starting."""


class SpecError(ValueError):
    """A document says something that AWS refuses or that the local gateway does not imitate; the message says where."""
