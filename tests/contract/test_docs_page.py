"""The docs page is a folder of static files that shows the public contract."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tools.contract.__main__ import app
from tools.contract.bundle import bundle, operations
from tools.contract.consumers import consumers_document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Return the contract that the page shows."""
    return consumers_document()


def test_the_command_writes_every_file_of_the_page(tmp_path: Path) -> None:
    """`docs` replaces the folder and names each file; every file that the page loads is there."""
    page = tmp_path / "docs"
    page.mkdir()
    (page / "stale.html").touch()
    done = CliRunner().invoke(app, ["docs", "--into", str(page)])
    written = {path.relative_to(page).as_posix() for path in page.rglob("*") if path.is_file()}
    assert [str(page / name) for name in sorted(written)] == sorted(done.output.splitlines())
    assert {"index.html", "openapi.json", "settings.json", "page.js", "page.css", "LICENSE"} <= written
    assert {"viewer/swagger-ui.css", "viewer/swagger-ui-bundle.js", "viewer/LICENSE"} <= written
    assert "stale.html" not in written


def test_a_missing_viewer_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Swagger UI nothing is written."""
    monkeypatch.setitem(sys.modules, "flask_swagger_ui", None)
    done = CliRunner().invoke(app, ["docs", "--into", str(tmp_path / "docs")])
    assert (1, "the docs page needs the package flask-swagger-ui: run `make install`\n") == (
        done.exit_code,
        done.stderr,
    )
    assert not (tmp_path / "docs").exists()


def test_every_operation_of_a_caller_is_shown(document: dict[str, Any]) -> None:
    """The page shows all operations except preflights and HEAD, and nothing that only API Gateway reads."""
    expected = {key for key in operations(bundle("public")) if not key.startswith(("OPTIONS ", "HEAD "))}
    assert expected == set(operations(document))
    assert "x-amazon" not in json.dumps(document)


def test_deprecated_operations_come_last(document: dict[str, Any]) -> None:
    """Deprecated operations have a tag of their own, and it is the last one."""
    deprecated = {key for key, value in operations(document).items() if value.get("deprecated")}
    tagged = {key for key, value in operations(document).items() if value["tags"] == ["deprecated"]}
    assert deprecated == tagged != set()
    assert "deprecated" == document["tags"][-1]["name"]


def test_no_link_leads_to_a_made_up_address(document: dict[str, Any]) -> None:
    """The page links its own copy of the licence, and no address is an example."""
    assert "url" not in document["info"]["license"]
    assert "example.com" not in json.dumps(document)
