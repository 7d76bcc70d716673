"""The start: the errors that stop it, and their messages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from common.environment import SettingsError
from service.__main__ import main
from service.app import create_app
from tests.unit.service.harness import settings

ROOT = Path(__file__).parents[3]
Alone = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the credentials of this machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")


def start(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the service as the container does, with a start that is expected to fail."""
    environ = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"} | environ
    command = [sys.executable, "-W", "ignore", "-m", "service"]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own command


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the container's files."""
    for name in ("common", "generated_client", "openapi", "service"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.usefixtures("no_credentials")
def test_start_without_credentials_is_stopped() -> None:
    """Every request would be a 403 otherwise."""
    with pytest.raises(SettingsError, match="no AWS credentials"):
        create_app(settings())


@pytest.mark.usefixtures("no_credentials")
def test_credentials_of_the_environment_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no task role is."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert create_app(settings()) is not None


def test_bad_setting_ends_the_start_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, no traceback."""
    monkeypatch.delenv("INTERNAL_API_URL", raising=False)
    with pytest.raises(SystemExit, match=r"^service: INTERNAL_API_URL must be"):
        main([])


def test_bad_setting_ends_the_process() -> None:
    """The orchestrator sees a failed start, and its log the reason."""
    ended = start(ROOT, ENVIRONMENT="production", INTERNAL_API_URL="http://127.0.0.1:1")
    assert (1, "CURSOR_KEYS is required", False) == (ended.returncode, ended.stderr[9:32], "Traceback" in ended.stderr)


def test_operation_without_a_method_stops_the_start(copied: Path) -> None:
    """A contract with an operation that is not implemented is never served."""
    contract = copied / "openapi" / "public.yaml"
    contract.write_text(contract.read_text().replace("operationId: query_marketing", "operationId: query_campaign"))
    ended = start(copied, INTERNAL_API_URL="http://127.0.0.1:1")
    assert ended.returncode != 0
    assert "query_campaign" in ended.stdout + ended.stderr


def test_broken_contract_stops_the_start(copied: Path) -> None:
    """A contract that is not OpenAPI."""
    contract = copied / "openapi" / "public.yaml"
    contract.write_text(contract.read_text().replace("paths:", "path:", 1))
    assert start(copied, INTERNAL_API_URL="http://127.0.0.1:1").returncode != 0
