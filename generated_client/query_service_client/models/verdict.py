from enum import StrEnum


class Verdict(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    HANDED_OVER = "HANDED_OVER"
    NOT_ADDRESSED = "NOT_ADDRESSED"
    UNDECIDED = "UNDECIDED"
    UNKNOWN_TRANSACTION = "UNKNOWN_TRANSACTION"
