"""The queries to compare: from a file, an access log, or ids in the table."""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from tools.contract.bundle import bundle, operations, request_schemas
from tools.migration.aws import Aws
from tools.migration.command import MisuseError
from tools.migration.sampling import sampled


def _operations() -> dict[str, str]:
    """Return the operation of each path of the public contract; an old path has the operation that replaces it."""
    found = {key.partition(" ")[2]: each for key, each in operations(bundle("public")).items() if "requestBody" in each}
    live = {_schema(each): each["operationId"] for each in found.values() if not each.get("deprecated")}
    return {
        path: live[_schema(each)] if each.get("deprecated") else each["operationId"] for path, each in found.items()
    }


def _schema(operation: Mapping[str, Any]) -> str:
    return str(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"])


OPERATIONS: Final = _operations()
NEW_FAIL: Final = "/query/fail"
DEFAULT_LIMITS: Final = {
    name: body["properties"]["limit"]["x-default"]
    for name, body in request_schemas("public").items()
    if "limit" in body["properties"]
}

# Names of path and body in log formats.
_PATH_FIELDS: Final = ("path", "resourcePath", "resource_path", "uri", "request_uri", "url")
_BODY_FIELDS: Final = ("body", "requestBody", "request_body")
_REQUEST: Final = re.compile(r'"(?:GET|POST) (?P<target>\S+) HTTP/[0-9.]+"')  # common or combined log format
_KEYS: Final = {"/query/user": "user_id", "/query/marketing": "marketing_id", NEW_FAIL: "transaction_id"}


@dataclass(frozen=True)
class Query:
    """One query; `body` is JSON text, which makes equal queries equal objects."""

    path: str
    body: str

    @property
    def operation(self) -> str:
        """The contract's operation."""
        return OPERATIONS[self.path]

    @property
    def limit(self) -> int:
        """The maximum number of rows in a page."""
        return int(json.loads(self.body).get("limit") or DEFAULT_LIMITS[self.operation])

    def __str__(self) -> str:
        return f"{self.path} {self.body}"


def query(path: str, body: Mapping[str, Any]) -> Query:
    """Make a query without its cursor, which the other side could not read."""
    kept = {name: value for name, value in body.items() if name != "cursor"}
    return Query(path, json.dumps(kept, ensure_ascii=False))


def from_file(path: Path) -> list[Query]:
    """Read a file with one query per line, `{"path": "/query/user", "body": {...}}`; MisuseError names a bad line."""
    return [one for one in _lines(path, _from_fields) if one is not None]


def from_access_log(path: Path) -> tuple[list[Query], int]:
    """Read the distinct queries of a log (JSON, common or combined format), and count the lines without a query."""
    found = list(_lines(path, _from_log_line))
    return list(dict.fromkeys(one for one in found if one is not None)), found.count(None)


def from_table(aws: Aws, table: str, *, size: int, seed: int) -> list[Query]:
    """Return at most `size` distinct queries for ids in the table, with the operations in turn.

    One unknown id for each operation is included, because empty answers have to be equal too.
    """
    found = {path: {query(path, {name: "nobody-and-nothing"}): None} for path, name in _KEYS.items()}
    for row in sampled(aws, table, seed=seed, names=_KEYS.values()):
        for path, name in _KEYS.items():
            if "S" in row.get(name, {}):
                found[path][query(path, {name: row[name]["S"]})] = None
        if len(found["/query/user"]) >= size:
            break
    turns = itertools.chain.from_iterable(itertools.zip_longest(*found.values()))
    return [one for one in turns if one is not None][:size]


def _lines(path: Path, read: Callable[[str], Query | None]) -> Iterator[Query | None]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise MisuseError(f"{path} cannot be read: {exc}") from exc
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield read(line)
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                wanted = '{"path": "/query/user", "body": {"user_id": "..."}}'
                raise MisuseError(f"{path}: line {number} is not like {wanted}") from exc


def _from_fields(line: str) -> Query:
    fields = json.loads(line)
    if fields["path"] not in OPERATIONS:
        raise ValueError(fields["path"])
    return query(fields["path"], fields["body"])


def _from_log_line(line: str) -> Query | None:
    """Return the query of a line, or None."""
    if found := _REQUEST.search(line):
        target = urlsplit(found["target"])
        parameters: dict[str, Any] = dict(parse_qsl(target.query))
        if parameters.get("limit", "").isdecimal():
            parameters["limit"] = int(parameters["limit"])
        return _logged(target.path, parameters)
    try:
        fields = json.loads(line)
        body = next((fields[name] for name in _BODY_FIELDS if name in fields), None)
        path = next((fields[name] for name in _PATH_FIELDS if name in fields), "")
        return _logged(urlsplit(path).path, json.loads(body) if isinstance(body, str) else body)
    except (ValueError, TypeError, AttributeError):
        return None


def _logged(path: str, body: Any) -> Query | None:  # noqa: ANN401  # any value of a log
    """Return the query of a path, which may start with a stage."""
    names = [name for name in OPERATIONS if path.endswith(name)]
    if not names or not isinstance(body, dict) or not body:
        return None
    return query(max(names, key=len), body)
