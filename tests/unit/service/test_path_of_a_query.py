"""A newcomer can follow a query through the service: it passes few files."""

import asyncio
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.credentials import Credentials

from service.app import create_app
from tests.unit.service.harness import Upstream, page, settings

ROOT = Path(__file__).resolve().parents[3]
OWN = ("common", "service", "generated_client")
MOST_FILES = 15


async def files_of_a_warm_query() -> set[str]:
    """Send two queries for a page that others follow; return the files of our own that the second one runs through."""
    upstream = Upstream()
    upstream.reply = lambda _: page(next_position={"user_id": "u"})
    app = create_app(settings(), credentials=Credentials("key", "secret"), transport=upstream)
    seen: set[str] = set()

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add(frame.f_code.co_filename)

    await query(app)
    sys.setprofile(note)
    try:
        await query(app)
    finally:
        sys.setprofile(None)
    paths = [Path(file).relative_to(ROOT) for file in seen if file.startswith(str(ROOT))]
    return {path.as_posix() for path in paths if path.parts[0] in OWN}


async def query(app: Any) -> None:  # noqa: ANN401  # an ASGI application
    """Send a query as the server does."""
    messages = iter([{"type": "http.request", "body": b'{"user_id": "u"}'}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"16")]
    scope = {"type": "http", "method": "POST", "path": "/query/user", "root_path": "", "headers": headers}
    await app(scope, receive, send)
    assert [200, b'"next_cursor":' in sent[1]["body"]] == [sent[0]["status"], True]


def test_a_warm_query_passes_few_files() -> None:
    """Those of the generated client and its runtime count too."""
    files = asyncio.run(files_of_a_warm_query())
    assert len(files) <= MOST_FILES, "\n".join(sorted(files))
