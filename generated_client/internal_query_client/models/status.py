from enum import StrEnum


class Status(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    SENT = "SENT"
