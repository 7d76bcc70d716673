from enum import StrEnum


class Platform(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    ANDROID = "ANDROID"
    IOS = "IOS"
    WEBPUSH = "WEBPUSH"
