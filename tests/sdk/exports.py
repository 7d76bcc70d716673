"""A service with the pages of many records, and the command that exports them."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.sdk.harness import RECORD

# Titles that a file format has to quote, or that are not ASCII.
TITLES = ['a "b", c', "春季\u3000特賣", "two\nlines", "=1+1", ""]

# Kills the process at one of the moments at which it opens or renames a file of the export.
KILLER = """
import os, signal, sys
left = int(os.environ.get("KILL_AT", "-1"))
def hook(event, arguments):
    global left
    if event in ("open", "os.rename") and "rows.ndjson" in str(arguments[0]):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(hook)
"""


def records(number: int) -> list[dict[str, Any]]:
    """Return different records."""
    return [
        RECORD | {"user_id": f"{each:05}", "created_at": 1761998400123 - each, "notification_title": TITLES[each % 5]}
        for each in range(number)
    ]


@dataclass
class Pages:
    """Answers pages of at most 100 records; a cursor is a number of records."""

    rows: list[dict[str, Any]]
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        body = json.loads(request.content)
        self.bodies.append(body)
        start = int(body.get("cursor", "c0").removeprefix("c"))
        items = self.rows[start : start + min(body["limit"], 100)]
        following = start + len(items)
        more = {"next_cursor": f"c{following}"} if following < len(self.rows) else {}
        return httpx.Response(200, json={"items": items, "count": len(items)} | more)


def assert_whole(path: Path, rows: list[dict[str, Any]]) -> None:
    """Assert that an NDJSON file has each record once, that its manifest is true, and that nothing else is left."""
    content = path.read_bytes()
    assert rows == [json.loads(line) for line in content.decode().splitlines()]
    assert_manifest(path, len(rows))


def assert_manifest(path: Path, rows: int) -> None:
    """Assert that the manifest of a file is true, and that there are no other files of the export."""
    manifest = json.loads(path.with_name(f"{path.name}.manifest.json").read_text(encoding="utf-8"))
    content = path.read_bytes()
    found = (manifest["rows"], manifest["bytes"], manifest["sha256"], manifest["complete"])
    assert (rows, len(content), hashlib.sha256(content).hexdigest(), True) == found
    ours = re.compile(re.escape(path.name) + r"\.")
    assert [f"{path.name}.manifest.json"] == [each.name for each in path.parent.iterdir() if ours.match(each.name)]
