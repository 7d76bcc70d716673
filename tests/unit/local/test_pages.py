"""The pages of the local stack: where they call, and what they may."""

from collections.abc import Iterator

import httpx
import pytest

from tools.local.pages import create_pages
from tools.local.servers import AsgiServer, bind


@pytest.fixture(scope="module")
def pages() -> Iterator[httpx.Client]:
    """Serve the pages of a gateway on port 1234, and give a client of them."""
    server = AsgiServer(create_pages(1234, "v1", "some-key"), bind("pages", "127.0.0.1", 0, option="--pages-port"))
    server.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        yield client
    server.stop()


@pytest.mark.parametrize("path", ["/docs", "/console/", "/console/main.js", "/console/style.css", "/console/icon.svg"])
def test_page_may_call_the_gateway_and_nothing_else(pages: httpx.Client, path: str) -> None:
    """Under whatever name this machine was asked, as in a container."""
    for host in ("127.0.0.1:8083", "localhost:8083", "build-host:80"):
        answer = pages.get(path, headers={"host": host})
        assert 200 == answer.status_code
        origin = f"http://{host.partition(':')[0]}:1234"
        assert f"connect-src 'self' {origin};" in answer.headers["content-security-policy"]


def test_address_and_key_are_filled_in(pages: httpx.Client) -> None:
    """Who opens a page can ask at once: the key opens this stack alone."""
    settings = pages.get("/console/settings.json", headers={"host": "localhost:8083"}).json()
    assert ("http://localhost:1234/v1", "some-key") == (settings["api"], settings["key"])
    assert {"api_key": "some-key"} == pages.get("/docs/settings.json").json()
    assert [{"url": "http://127.0.0.1:1234/v1"}] == pages.get("/docs/openapi.json").json()["servers"]


@pytest.mark.parametrize(("path", "target"), [("/", "/console/"), ("/console", "/console/")])
def test_short_addresses_lead_to_the_console(pages: httpx.Client, path: str, target: str) -> None:
    """Nobody types the slash."""
    answer = pages.get(path)
    assert 307 == answer.status_code
    assert answer.headers["location"].endswith(target)


@pytest.mark.parametrize("path", ["/console/../local/stack.py", "/console/%2e%2e/README.md", "/docs/..%2fapp.py", "/x"])
def test_nothing_else_is_served(pages: httpx.Client, path: str) -> None:
    """Only what lies in the folders of the pages."""
    assert 404 == pages.get(path).status_code
