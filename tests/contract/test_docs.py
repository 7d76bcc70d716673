"""What README.md and the container files say is what the code does."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import query_lambda.settings
import result_lambda.settings
import service.settings
from local.imitation import NOT_IMITATED

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

SETTINGS = {
    "service": service.settings.Settings,
    "query_lambda": query_lambda.settings.Settings,
    "result_lambda": result_lambda.settings.Settings,
}
REQUIRED = {"INTERNAL_API_URL": "http://127.0.0.1:8081/v1", "QUERY_SERVICE_URL": "http://127.0.0.1:8000"}
# Read by the AWS SDK itself.
CREDENTIALS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


class Watched(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

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
def test_the_settings_table_names_what_is_read(deployable: str) -> None:
    """Each deployable reads exactly the variables that README.md lists for it."""
    environ = Watched()
    SETTINGS[deployable].from_env(environ)
    listed = {row[0].strip("`") for row in table("Settings") if deployable in row[1].split(", ")}
    assert listed == environ.read


def test_the_folder_table_names_every_folder() -> None:
    """README.md lists each folder of the repository, and none that is not there."""
    listed = {part.strip("`/") for row in table("Folders") for part in row[0].split(", ")}
    there = {path.parts[0] for path in _tracked() if len(path.parts) > 1 and not path.parts[0].startswith(".")}
    assert there == listed


def test_the_readme_lists_what_the_local_gateway_leaves_out() -> None:
    """The list in README.md is the gateway's own."""
    section = README.split("## What the local gateway does not imitate\n", 1)[1]
    items = [re.sub(r"\s+", " ", item).strip() for item in section.split("\n- ")[1:]]
    assert list(NOT_IMITATED) == items


def test_compose_gives_the_service_settings_that_it_knows() -> None:
    """The service in docker-compose.yml starts from its variables, and has no other."""
    environ: dict[str, Any] = COMPOSE["services"]["ecs-handler"]["environment"]
    watched = Watched()
    service.settings.Settings.from_env(watched)
    assert set() == environ.keys() - watched.read - CREDENTIALS
    assert "http://gateways:8081/v1" == service.settings.Settings.from_env(environ).internal_api_url


def test_compose_listens_on_this_machine_only() -> None:
    """No port of the stack is open to the network."""
    ports = [port for part in COMPOSE["services"].values() for port in part.get("ports", [])]
    assert ["127.0.0.1:8000:8000", "127.0.0.1:8080:8080", "127.0.0.1:8081:8081"] == sorted(ports)


def test_compose_builds_stages_that_the_dockerfile_has() -> None:
    """Each build target is a stage."""
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    targets = {part["build"]["target"] for part in COMPOSE["services"].values() if "build" in part}
    assert {"service", "local"} == targets
    assert targets <= stages


def test_the_image_holds_what_the_service_imports_and_reads() -> None:
    """The image of the service copies its own packages and the contract, and no stand-in for AWS."""
    stage = DOCKERFILE.split("FROM base AS service\n", 1)[1]
    copied = set(re.findall(r"^COPY (\w+)/ \w+/$", stage, re.MULTILINE))
    assert {"common", "generated_client", "openapi", "service"} == copied


def test_what_the_image_copies_is_not_ignored() -> None:
    """The ignore file lets through every folder that a stage copies, and nothing that is not there."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:].strip("/") for line in lines if line.startswith("!")}
    assert set(re.findall(r"^COPY (\w+)/", DOCKERFILE, re.MULTILINE)) <= let_through
    assert [] == [name for name in let_through if not (ROOT / name).exists()]


def _tracked() -> list[Path]:
    """Return the files of the repository, whether or not it is a git checkout."""
    ignored = {"dist", "__pycache__", "node_modules"}
    return [
        path.relative_to(ROOT)
        for path in ROOT.glob("*/*")
        if path.is_file() or any(path.iterdir())
        if path.parts[len(ROOT.parts)] not in ignored
    ]
