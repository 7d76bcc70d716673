"""The pages of the local stack: which address they call, and which headers they are served with."""

from collections.abc import Iterator

import httpx
import pytest

from tools.contract.docs import write_docs
from tools.local.pages import create_pages
from tools.local.servers import bind, serving


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Serve the pages of a gateway on port 1234, and yield a client of them."""
    docs = tmp_path_factory.mktemp("pages") / "docs"
    write_docs(docs)
    app = create_pages(docs, 1234, "v1", "some-key", {"user": "user_7"})
    bound = bind("pages", "127.0.0.1", 0, option="--pages-port")
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with serving(app, bound), httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/docs/", "/docs/page.js", "/docs/viewer/swagger-ui.css", "/console/", "/console/main.js"]
)
def test_page_may_call_the_gateway_and_nothing_else(pages: httpx.Client, path: str) -> None:
    """The policy allows the page's own files and the gateway, under the host name that the browser used."""
    for host in ("127.0.0.1:8083", "localhost:8083", "build-host:80"):
        answer = pages.get(path, headers={"host": host})
        assert 200 == answer.status_code
        origin = f"http://{host.partition(':')[0]}:1234"
        policy = answer.headers["content-security-policy"]
        assert f"connect-src 'self' {origin};" in policy
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "nosniff" == answer.headers["x-content-type-options"]


@pytest.mark.parametrize("page", ["console", "docs"])
def test_address_key_and_examples_are_filled_in(pages: httpx.Client, page: str) -> None:
    """Both pages can send requests at once: the key is valid in this stack only."""
    settings = pages.get(f"/{page}/settings.json", headers={"host": "localhost:8083"}).json()
    assert {"api": "http://localhost:1234/v1", "key": "some-key", "examples": {"user": "user_7"}} == settings


@pytest.mark.parametrize(("path", "target"), [("/", "/console/"), ("/console", "/console/"), ("/docs", "/docs/")])
def test_short_addresses_redirect_to_the_pages(pages: httpx.Client, path: str, target: str) -> None:
    """The slash at the end may be left out."""
    answer = pages.get(path)
    assert 307 == answer.status_code
    assert answer.headers["location"].endswith(target)


@pytest.mark.parametrize("path", ["/console/../local/stack.py", "/console/%2e%2e/README.md", "/docs/..%2fapp.py", "/x"])
def test_nothing_else_is_served(pages: httpx.Client, path: str) -> None:
    """Only files in the folders of the pages are served."""
    assert 404 == pages.get(path).status_code
