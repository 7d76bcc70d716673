"""The parts of the contract that the service reads itself, without Connexion."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.dispatch import CONTRACT, Contract
from tests.unit.service.harness import OPERATIONS

ROOT = Path(__file__).parents[3]


def test_methods_are_those_of_the_contract() -> None:
    """HEAD comes with GET; preflights are left out, because the gateway answers them."""
    routes = [f"{method} {path}" for path, methods in Contract().methods.items() for method in methods]
    assert {*OPERATIONS, "HEAD /health", "HEAD /openapi.json"} == set(routes)


def test_deprecated_paths_announce_themselves() -> None:
    """Those and no others, each with all three headers."""
    deprecated = {route.split()[1] for route, each in OPERATIONS.items() if each.get("deprecated")}
    found = Contract().announcements
    assert deprecated == {path for path, headers in found.items() if "Sunset" in headers}
    assert {("Deprecation", "Sunset", "Link")} == {tuple(found[path]) for path in deprecated}


def test_health_links_the_document() -> None:
    """A client finds the contract from any deployment's health (RFC 8631)."""
    assert {"Link": '<openapi.json>; rel="service-desc"'} == Contract().announcements["/health"]


def test_parameters_are_optional_headers_of_any_text() -> None:
    """The service checks bodies only, so the contract must promise no rule for a parameter."""
    parameters = [each for operation in Contract().operations.values() for each in operation.get("parameters", [])]
    rules = {
        (each["in"], each.get("required", False), *sorted(set(each["schema"]) - {"description", "example"}))
        for each in parameters
    }
    assert {("header", False, "type")} == rules
    assert {"string"} == {each["schema"]["type"] for each in parameters}


def test_contract_is_the_source_itself() -> None:
    """No copy that could be older."""
    assert ("public.yaml", "openapi") == (CONTRACT.name, CONTRACT.parent.name)


def test_contract_is_read_in_any_locale() -> None:
    """Python opens a text file in the encoding of the locale unless it is told another."""
    environ = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", "from service.dispatch import Contract; print(ascii(Contract().document))"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603  # ours
    assert done.stdout.strip() == ascii(Contract().document)


@pytest.mark.parametrize("name", ["a#1", "a?b", "100%41", "a b", "\u6625"])
def test_contract_is_read_in_any_folder(tmp_path: Path, name: str) -> None:
    """Connexion would take a path for a URI, in which `#`, `?` and `%` have a meaning."""
    copy = shutil.copytree(CONTRACT.parent, tmp_path / name / "openapi")
    assert Contract().document == Contract(copy / CONTRACT.name).document
