"""Stand-in until the table of reasons is merged."""


def reason(error_msg: str | None, _platform: str | None) -> str:
    """Return the reason of a failure."""
    return "TOKEN_UNREGISTERED" if error_msg and "410" in error_msg else "UNKNOWN"
