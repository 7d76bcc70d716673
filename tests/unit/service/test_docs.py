"""The docs page of the service: there when it is asked for, on its own paths, under a strict policy."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from common.environment import SettingsError
from service.app import create_app
from tests.unit.service.harness import OPERATIONS, Service, code, settings

ASSETS = ["/docs/page.js", "/docs/page.css", "/docs/viewer/swagger-ui-bundle.js", "/docs/viewer/swagger-ui.css"]


@pytest.fixture(scope="module")
def documented(launch: Callable[..., Service]) -> Service:
    """Start a service that has the page."""
    return launch(docs_page=True)


@pytest.mark.parametrize("path", ["/docs", *ASSETS, "/docs/openapi.json", "/docs/settings.json"])
def test_page_comes_whole_from_here_and_runs_nothing_else(documented: Service, path: str) -> None:
    """Every part is served, and no answer of the page lets a script or a style in that is not a file of it."""
    answer = documented.ask("GET", path)
    assert 200 == answer.status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_shown_contract_is_the_contract_for_its_readers(documented: Service) -> None:
    """All operations at this very service; nothing that is said to API Gateway or to browsers."""
    answer = documented.ask("GET", "/docs/openapi.json")
    shown = json.loads(answer.body)
    routes = {f"{method.upper()} {path}" for path, item in shown["paths"].items() for method in item}
    assert set(OPERATIONS) == routes
    assert [{"url": "/"}] == shown["servers"]
    assert b"x-amazon" not in answer.body
    assert b"$ref" not in answer.body


def test_service_has_no_key_to_fill_in(documented: Service) -> None:
    """Keys are the gateway's."""
    assert {"api_key": ""} == json.loads(documented.ask("GET", "/docs/settings.json").body)


@pytest.mark.parametrize("path", ["/docs.html", "/docsx", "/docs-internal"])
def test_other_paths_stay_the_services(documented: Service, path: str) -> None:
    """A path that only begins alike is none of the page."""
    assert (404, "not_found") == (documented.ask("GET", path).status, code(documented.ask("GET", path)))


def test_operations_answer_beside_the_page(documented: Service) -> None:
    """The page takes nothing away."""
    assert {"status": "ok"} == json.loads(documented.ask("GET", "/health").body)


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/openapi.json"])
def test_without_the_setting_there_is_no_page(service: Service, path: str) -> None:
    """As in production."""
    assert "not_found" == code(service.ask("GET", path))


def test_missing_viewer_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image of the service does not carry it: the start says what to install."""
    monkeypatch.setitem(sys.modules, "flask_swagger_ui", None)
    credentials: Any = object()
    with pytest.raises(SettingsError, match="DOCS_PAGE needs the package flask-swagger-ui"):
        create_app(settings(docs_page=True), credentials=credentials)
