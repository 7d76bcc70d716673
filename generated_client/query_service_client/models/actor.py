from enum import StrEnum


class Actor(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    APP = "APP"
    NOBODY = "NOBODY"
    PLATFORM_TEAM = "PLATFORM_TEAM"
    SENDER = "SENDER"
