"""Cursors and positions in generated requests: the contract's schema allows many, the service only those it issued."""

import json
from typing import Any, Final

from schemathesis import Case, Response

# By contract: the field of a request, and the field of the page before.
FIELDS: Final = {"public": ("cursor", "next_cursor"), "internal": ("position", "next_position")}
_WINDOW: Final = ("created_from", "created_to")


class Pages:
    """The cursors (public) or positions (internal) that one run was given."""

    def __init__(self, contract: str) -> None:
        self._sent_as, self._given_as = FIELDS[contract]
        self._issued: set[str] = set()

    def note(self, response: Response) -> bool:
        """Remember the cursor in a page; return whether it has one."""
        following = json.loads(response.content).get(self._given_as)
        if following is not None:
            self._issued.add(_key(following))
        return following is not None

    def is_followed(self, case: Case) -> bool:
        """Return whether a request asks for the page after another one."""
        cursor = case.body.get(self._sent_as) if isinstance(case.body, dict) else None
        return cursor is not None and _key(cursor) in self._issued

    def leave_out_made_up(self, case: Case) -> None:
        """Take a cursor that nobody issued out of a valid request, and put a made-up position into its partition."""
        if not is_valid(case) or self.is_followed(case):
            return
        body: dict[str, Any] = dict(case.body)
        position = body.pop(self._sent_as, None)
        if isinstance(position, dict) and all(body.get(name) is None for name in _WINDOW):
            body[self._sent_as] = position | {name: body[name] for name in position if name in body}
        case.body = body


def is_valid(case: Case) -> bool:
    """Tell whether a request has a body and was made to be valid."""
    return case.meta is not None and case.meta.generation.mode.is_positive and isinstance(case.body, dict)


def _key(cursor: object) -> str:
    return json.dumps(cursor, sort_keys=True)
