from enum import StrEnum


class Reason(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    TOKEN_UNREGISTERED = "TOKEN_UNREGISTERED"
    UNKNOWN = "UNKNOWN"
