from enum import StrEnum


class Interval(StrEnum):
    """The known values, for comparing and asking; an answer may hold others, which stay plain strings."""

    DAY = "day"
    HOUR = "hour"
