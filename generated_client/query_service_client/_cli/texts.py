"""Stored text, which other people wrote, as a terminal may show it."""

import re
from typing import Final

# Controls (C0, DEL, C1), line and paragraph separators, and the bidirectional embeddings, overrides and isolates: a
# terminal would act on them, or show text in another order. Spaces, joiners and marks of languages are not among them.
_ACTING: Final = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_ACTS: Final = re.compile(f"[{_ACTING}]")
ACTS_BUT_LAYOUT: Final = re.compile(f"(?![\t\n\r])[{_ACTING}]")


def printable(text: str) -> str:
    r"""Return text that a terminal only displays: characters that act on it are written as \x1b or \u202e."""
    return _ACTS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
