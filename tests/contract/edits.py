"""Plants edits in a contract, by JSON Pointer."""

import copy
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

DROP: Final = object()

USER: Final = "/paths/~1query~1user/post"
FAIL: Final = "/paths/~1query~1fail/post"
HEALTH: Final = "/paths/~1health/get"
ANSWER: Final = USER + "/responses/200"
JSON: Final = "/content/application~1json"
SCHEMAS: Final = "/components/schemas"
QUERY: Final = SCHEMAS + "/QueryUserRequest"
FIELDS: Final = QUERY + "/properties"
RECORD: Final = SCHEMAS + "/PushRecord"
POSITION: Final = SCHEMAS + "/QueryUserPosition"
TRACE: Final = {"name": "X-Trace", "in": "header", "required": False, "schema": {"type": "string"}}

USERS: Final = "POST /query/user (query_user)"
FAILED: Final = "POST /query/fail (query_fail)"
ASKED: Final = "GET /health (health)"


class Edit(NamedTuple):
    """An edit of a contract, and the operation and field that the finding has to name."""

    name: str
    contract: str
    edits: dict[str, Any]
    operation: str
    field: str


def edited(document: dict[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of `document` with another value, or none, at each JSON Pointer."""
    changed = copy.deepcopy(document)
    for pointer, value in edits.items():
        *above, last = (key.replace("~1", "/") for key in pointer.removeprefix("/").split("/"))
        node: Any = changed
        for key in above:
            node = node[int(key)] if isinstance(node, list) else node[key]
        if value is DROP:
            del node[last]
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return changed
