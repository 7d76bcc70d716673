"""Requests that answers lead to: by cursors and positions, of which the service takes only its own, and by links."""

import json
from collections.abc import Iterator
from typing import Any, Final

from schemathesis import Case, Response

# By contract: the field of a request, and the field of the page before.
FIELDS: Final = {"public": ("cursor", "next_cursor"), "internal": ("position", "next_position")}
_WINDOW: Final = ("created_from", "created_to")


class Pages:
    """The cursors (public) or positions (internal) that one run was given, and the bodies of links to other lists."""

    def __init__(self, contract: str) -> None:
        self._sent_as, self._given_as = FIELDS[contract]
        self._issued: set[str] = set()
        self._linked: set[str] = set()

    def note(self, response: Response) -> bool:
        """Remember the cursor in a page, and where its links lead; return whether it has a cursor."""
        page = json.loads(response.content)
        self._linked |= {_key(body) for body in _linked(page)}
        following = page.get(self._given_as)
        if following is not None:
            self._issued.add(_key(following))
        return following is not None

    def is_followed(self, case: Case) -> bool:
        """Return whether a request asks for the page after another one."""
        cursor = case.body.get(self._sent_as) if isinstance(case.body, dict) else None
        return cursor is not None and _key(cursor) in self._issued

    def is_linked(self, case: Case) -> bool:
        """Return whether a request asks for what another answer links to."""
        return _key(case.body) in self._linked

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


def _linked(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the bodies of the requests that the contract's links make of an answer."""
    for item in page.get("items", [])[:1]:
        yield {name: item.get(name) for name in ("user_id", "transaction_id")}
    for cell in page.get("cells", [])[:1]:
        yield {"marketing_id": page["marketing_id"], "status": [cell.get("status")]}


def _key(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
