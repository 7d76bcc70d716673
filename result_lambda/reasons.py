"""Why a push failed: the contract's reason for a platform's error message; pure.

A message is read in lower case, with one space in place of everything that is not a letter or a digit, and without
JSON's escapes of letters. A space of a pattern may be absent from the message: `bad device token` finds
`BadDeviceToken` too. `reasons.txt` has the rules. The first one that matches decides; if none does, the HTTP status of
the message.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

UNKNOWN: Final = "UNKNOWN"
# The cause stands at the beginning of a message, and the messages are cached.
_MOST_CHARACTERS: Final = 2_000
_MOST_MESSAGES: Final = 4_096

_OF: Final = "((apns|fcm|gcm|hms|push|expo|web|device|registration) ){0,3}"
_ESCAPE: Final = re.compile(r"\\+u([0-9a-fA-F]{4})")
_SEPARATORS: Final = re.compile(r"[\W_]+")
# A number that may be a status, and not a size or a time.
_STATUS: Final = re.compile(r"\b([45]\d\d)\b(?! ?(ms|bytes|seconds|characters|tokens|devices|messages)\b)")
_STATUSES: Final = {
    "400": "REQUEST_INVALID",
    "401": "CREDENTIALS_INVALID",
    "403": "CREDENTIALS_INVALID",
    "404": "TOKEN_UNREGISTERED",
    "405": "PAYLOAD_INVALID",
    "408": "NETWORK",
    "410": "TOKEN_UNREGISTERED",
    "413": "PAYLOAD_TOO_LARGE",
    "429": "RATE_LIMITED",
}
# The meaning of a status on one platform alone: 403 is FCM's SENDER_ID_MISMATCH, 404 is BadPath of APNs.
_STATUSES_OF: Final = {("ANDROID", "403"): "TOKEN_MISMATCH", ("IOS", "404"): "PAYLOAD_INVALID"}


def reason(error_msg: str, platform: str = "") -> str:
    """Return the reason of a failure; UNKNOWN if the message does not show it."""
    return _reason(error_msg[:_MOST_CHARACTERS], platform)


@lru_cache(maxsize=_MOST_MESSAGES)
def _reason(error_msg: str, platform: str) -> str:
    text = _SEPARATORS.sub(" ", _ESCAPE.sub(lambda code: chr(int(code[1], 16)), error_msg).lower())
    found = next((reason for reason, pattern in _RULES if pattern.search(text)), None)
    return found or _by_status(text, platform.upper())


def _by_status(text: str, platform: str) -> str:
    found = _STATUS.search(text)
    if found is None:
        return UNKNOWN
    status = found[1]
    default = "PROVIDER_UNAVAILABLE" if status.startswith("5") else UNKNOWN
    return _STATUSES_OF.get((platform, status)) or _STATUSES.get(status, default)


def _rules(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the reason and the pattern of each rule in a text of the form of `reasons.txt`."""
    for rule in re.split(r"\n(?=[A-Z])", re.sub(r"(?m)^#.*\n|^\n", "", text)):
        reason, *patterns = rule.split("\n  ")
        whole = "|".join(rf"\b{each}\b" if each.isdecimal() else each for each in map(str.rstrip, patterns))
        yield reason, re.compile(whole.replace("<of>", _OF).replace(" ", " ?"))


_RULES: Final = tuple(_rules(Path(__file__).with_name("reasons.txt").read_text(encoding="utf-8")))
