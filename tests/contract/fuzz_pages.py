"""Cursors and positions in generated requests: the contract's schema allows many, the service only those it issued."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from schemathesis import Case, Response

# By contract: the field of a request, and the field of the page before.
FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "public": ("cursor", "next_cursor"),
    "internal": ("position", "next_position"),
}


class Pages:
    """The pages of one run, by the cursor (public) or position (internal) that leads to each."""

    def __init__(self, contract: str) -> None:
        self._sent_as, self._given_as = FIELDS[contract]
        self._queries: dict[str, dict[str, Any]] = {}
        self._linked: set[str] = set()

    def note(self, case: Case, response: Response) -> None:
        """Remember which query the next page belongs to."""
        if response.status_code != 200 or not isinstance(case.body, dict):
            return
        following = json.loads(response.content).get(self._given_as)
        if following is not None:
            query = {name: value for name, value in case.body.items() if name not in (self._sent_as, "limit")}
            self._queries[_key(following)] = query

    def is_linked(self, case: Case) -> bool:
        """Tell whether a request got its cursor from a link."""
        return case.id in self._linked

    def mend(self, case: Case) -> None:
        """Make the cursor of a valid request one that fits the request, or the request one that fits the cursor.

        A link hands over an issued cursor: the filters of its query are repeated, as the link's description asks. The
        link cannot name them, since Schemathesis drops its whole body when the first request lacks one of them.
        A made-up cursor is replaced by a real one of the same query; where that has one page only, it is left out.
        """
        if not is_valid(case):
            return
        cursor = case.body.get(self._sent_as)
        if cursor is None:
            return
        rest = {name: value for name, value in case.body.items() if name != self._sent_as}
        query = self._queries.get(_key(cursor))
        if query is not None:
            self._linked.add(case.id)
            limit = {"limit": rest["limit"]} if "limit" in rest else {}
            case.body = {**query, **limit, self._sent_as: cursor}
        elif isinstance(cursor, dict) and _may_be_made_up(cursor, rest):
            case.body = {**rest, self._sent_as: cursor | {name: rest[name] for name in cursor if name in rest}}
        else:
            case.body = {**rest, **self._real(case, rest)}

    def _real(self, case: Case, query: Mapping[str, Any]) -> dict[str, Any]:
        first = case.derive(keep_auth=True)
        first.body = {**query, "limit": 1}
        response = first.call()
        self.note(first, response)
        following = json.loads(response.content).get(self._given_as)
        return {} if following is None else {self._sent_as: following}


def is_valid(case: Case) -> bool:
    """Tell whether a request has a body and was made to be valid."""
    return case.meta is not None and case.meta.generation.mode.is_positive and isinstance(case.body, dict)


def _may_be_made_up(position: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Choose every other position, by its own text, of those for which the partition is all that it has to fit."""
    bounded = any(query.get(name) is not None for name in ("created_from", "created_to"))
    return not bounded and zlib.crc32(_key(position).encode()) % 2 == 0


def _key(cursor: object) -> str:
    return json.dumps(cursor, sort_keys=True)
