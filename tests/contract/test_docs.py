"""README.md and the container files agree with the code."""

import dataclasses
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import query_lambda.settings
import result_lambda.settings
import service.settings
from common import tracing

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

SETTINGS = {
    "service": service.settings.Settings,
    "query_lambda": query_lambda.settings.Settings,
    "result_lambda": result_lambda.settings.Settings,
}
REQUIRED = {"INTERNAL_API_URL": "http://127.0.0.1:8081/v1", "SERVICE_URL": "http://127.0.0.1:8000"}
# Settings with a default in the code. The service generates its cursor keys.
FIELDS = {
    "BUILD_ID": "build_id",
    "ENVIRONMENT": "environment",
    "REQUEST_TIMEOUT": "request_timeout_seconds",
    "AWS_DEFAULT_REGION": "region",
    "NOTIFICATION_TABLE": "notification_table",
    "CONCURRENCY_LIMIT": "concurrency_limit",
    "DRAIN_DELAY": "drain_delay_seconds",
}
# Read by the AWS SDK itself.
CREDENTIALS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


class Watched(Mapping[str, str]):
    """An environment that records the variables that are read."""

    def __init__(self) -> None:
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return REQUIRED[key]

    def __iter__(self) -> Iterator[str]:
        return iter(REQUIRED)

    def __len__(self) -> int:
        return len(REQUIRED)


def table(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading of README.md."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("deployable", SETTINGS)
def test_the_settings_table_names_every_variable(deployable: str) -> None:
    """Each deployable reads exactly the variables that README.md lists for it."""
    environ = Watched()
    SETTINGS[deployable].from_env(environ)
    tracing.start(deployable, environ)
    listed = {row[0].strip("`") for row in table("Settings") if deployable in row[1].split(", ")}
    assert listed == environ.read


@pytest.mark.parametrize("deployable", SETTINGS)
def test_the_settings_table_names_the_defaults(deployable: str) -> None:
    """A default in the table is the default in the code; required variables have none."""
    rows = {row[0].strip("`"): row[2] for row in table("Settings") if deployable in row[1].split(", ")}
    fields = {field.name: field.default for field in dataclasses.fields(SETTINGS[deployable])}
    defaults = {name: default for name, default in fields.items() if default not in (dataclasses.MISSING, None)}
    listed = {FIELDS[variable]: cell.split("`")[1] for variable, cell in rows.items() if cell.startswith("`")}
    assert {name: str(default).removesuffix(".0").lower() for name, default in defaults.items()} == listed


@pytest.mark.parametrize("variable", REQUIRED)
def test_the_settings_table_marks_required_variables(variable: str) -> None:
    """A variable without which a deployable does not start has no default in the table."""
    ((_, deployable, default),) = [row for row in table("Settings") if row[0].strip("`") == variable]
    environ = {name: value for name, value in REQUIRED.items() if name != variable}
    assert default.startswith("required")
    with pytest.raises(ValueError, match=variable):
        SETTINGS[deployable].from_env(environ)


def test_the_readme_begins_with_the_product() -> None:
    """The first 50 lines show the questions, the start, a call with its answer, and the limits of the local gateway."""
    start = "\n".join(README.splitlines()[:50])
    shown = (
        "POST /query/user",
        "make run",
        "curl -X POST",
        '"next_cursor"',
        "#limits-of-the-local-gateway",
    )
    assert [] == [each for each in shown if each not in start]


def test_compose_sets_known_variables() -> None:
    """The service in docker-compose.yml starts with its variables, and reads all of them."""
    environ: dict[str, Any] = COMPOSE["services"]["ecs-handler"]["environment"]
    watched = Watched()
    service.settings.Settings.from_env(watched)
    assert set() == environ.keys() - watched.read - CREDENTIALS
    assert "http://gateways:8081/v1" == service.settings.Settings.from_env(environ).internal_api_url


def test_compose_listens_on_this_machine_only() -> None:
    """No port of the stack is open to the network."""
    ports = [port for part in COMPOSE["services"].values() for port in part.get("ports", [])]
    assert ["127.0.0.1:8000:8000", "127.0.0.1:8080:8080", "127.0.0.1:8081:8081", "127.0.0.1:8083:8083"] == sorted(ports)


def test_compose_builds_stages_that_the_dockerfile_has() -> None:
    """Each build target is a stage."""
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    targets = {part["build"]["target"] for part in COMPOSE["services"].values() if "build" in part}
    assert {"service", "local"} == targets
    assert targets <= stages


def test_the_image_has_the_packages_of_the_service() -> None:
    """The image of the service has its own packages and the contract, and no tools."""
    stage = DOCKERFILE.split("FROM base AS service\n", 1)[1]
    copied = set(re.findall(r"^COPY (\w+)/ \w+/$", stage, re.MULTILINE))
    assert {"common", "generated_client", "openapi", "service"} == copied


@pytest.mark.parametrize(
    ("stage", "arguments"),
    [
        ("service", ["-c", "import service.__main__; from service.dispatch import Contract; Contract()"]),
        ("local", ["-m", "tools.local", "--help"]),
    ],
)
def test_a_stage_copies_enough_to_start(tmp_path: Path, stage: str, arguments: list[str]) -> None:
    """The files in the image are enough to start; nothing else of the repository is needed."""
    for source in _copied(stage):
        _copy(source, tmp_path)
    done = _run(tmp_path, *arguments)
    assert 0 == done.returncode, done.stderr


def test_compose_passes_known_options() -> None:
    """Each option on the command line of docker-compose.yml is one of `python -m tools.local`."""
    given = {option.partition("=")[0] for option in COMPOSE["services"]["gateways"]["command"]}
    known = set(re.findall(r"--[a-z][a-z-]+", _run(ROOT, "-m", "tools.local", "--help").stdout))
    assert {"--host", "--dynamodb-endpoint-url", "--service-url"} <= given <= known


def _copied(stage: str) -> list[str]:
    """Return the paths that a stage copies; `.` stands for everything in the allow-list of .dockerignore."""
    text = DOCKERFILE.split(f" AS {stage}\n", 1)[1].split("\nFROM ", 1)[0]
    sources = re.findall(r"^COPY (?!--)(\S+) \S+$", text, re.MULTILINE)
    if sources != ["."]:
        return sources
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def _copy(source: str, target: Path) -> None:
    if (ROOT / source).is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / source, target / source, ignore=ignored)
    else:
        (target / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, target / source)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in a folder, without access to other modules of the repository, with wide lines."""
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "FORCE_COLOR"}}
    environ |= {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own
