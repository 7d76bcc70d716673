"""The npm package of the TypeScript client in a browser, on a page of another origin than the API's."""

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser

from tests.sdk.scripted import scripted
from tools.contract.typescript import pack_typescript
from tools.local.stack import Stack

Evaluate = Callable[[str], Any]
MODULE: Final = "/package/dist/esm/index.js"


@pytest.fixture(scope="module")
def package(node_and_npm: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001  # they pack it
    """Give the folder of the unpacked package."""
    folder = tmp_path_factory.mktemp("npm")
    with tarfile.open(pack_typescript(folder)) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def evaluate(browser: Browser, stack: Stack, package: Path) -> Iterator[Evaluate]:
    """Give a function that runs a script in a page that loaded the package's ES modules as they are."""

    def served(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/package/"):
            module = (package / request.url.path[1:]).read_bytes()
            return httpx.Response(200, headers={"Content-Type": "text/javascript"}, content=module)
        if request.url.path == "/moved/health":
            return httpx.Response(302, headers={"Location": f"{stack.public_url}/health"})
        return httpx.Response(200, html="<!doctype html><title>Portal</title>")

    given = {"module": MODULE, "baseUrl": stack.public_url, "apiKey": stack.options.api_key}
    with scripted(served) as origin, browser.new_page() as page:
        page.goto(origin)
        yield lambda script: page.evaluate(
            f"""async ({{ module, baseUrl, apiKey }}) => {{
                const {{ QueryServiceClient }} = await import(module);
                const client = new QueryServiceClient({{ baseUrl, apiKey }});
                {script}
            }}""",
            given,
        )


def test_records_arrive_page_by_page(evaluate: Evaluate) -> None:
    """CORS lets the calls and the answers through."""
    found = evaluate("""
        const query = { user_id: "test_user_001", limit: 10 };
        const page = await client.queryUser(query);
        let records = 0;
        for await (const record of client.iterUser(query)) records += record.user_id === "test_user_001";
        return { count: page.count, records };
    """)
    assert {"count": 10, "records": 37} == found


@pytest.mark.parametrize(
    ("options", "query", "error"),
    [
        ("{ baseUrl, apiKey }", '{ user_id: "u1", limit: 0 }', ["BadRequestError", 400, "invalid_body"]),
        ('{ baseUrl, apiKey: "wrong" }', '{ user_id: "u1" }', ["PermissionDeniedError", 403, "forbidden"]),
    ],
)
def test_refusal_is_readable(evaluate: Evaluate, options: str, query: str, error: list[object]) -> None:
    """Of the service and of the gateway: the page sees the problem and the id of the request."""
    script = f"""
        const other = new QueryServiceClient({options});
        const error = await other.queryUser({query}).catch((reason) => reason);
        return [error.name, error.status, error.code, Boolean(error.headers?.get("x-request-id"))];
    """
    assert [*error, True] == evaluate(script)


def test_call_can_be_aborted(evaluate: Evaluate) -> None:
    """It rejects with the reason of the signal."""
    found = evaluate("""
        const leaving = new AbortController();
        const call = client.queryUser({ user_id: "test_user_001" }, { signal: leaving.signal });
        leaving.abort("left the page");
        return call.catch((reason) => reason);
    """)
    assert "left the page" == found


def test_redirect_is_refused(evaluate: Evaluate) -> None:
    """A browser hides its status."""
    found = evaluate("""
        const moved = new QueryServiceClient({ baseUrl: `${location.origin}/moved`, apiKey });
        const error = await moved.health().catch((reason) => reason);
        return [error.name, error.status, error.attempts];
    """)
    assert ["ApiStatusError", 0, 1] == found
