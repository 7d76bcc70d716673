"""Commands in the docs run, exist in AWS, and are the same in both languages."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from tests.migration.conftest import ROOT, Chain
from tests.migration.emulator import REGION, Emulator
from tests.requirements import MARK

DOCS = ROOT / "docs"
FENCE = re.compile(r"^( *)```(?P<kind>[^\n]*)\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)
ALARM = re.compile(r"^### (\S+)$", re.MULTILINE)
TABLE_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
# Commands of the AWS CLI that are not API operations.
OWN = {("logs", "tail"): {"follow", "log-stream-name-prefix", "since"}, ("ecr", "get-login-password"): set[str]()}
# Services whose name in the AWS CLI differs from their model's.
MODELS = {"s3api": "s3"}
GLOBAL = {"query", "output", "max-items", "cli-input-json", "region", "endpoint-url"}
SECONDS = 120


def blocks(page: str, kind: str | None = None) -> list[str]:
    """Return the code blocks of a page, of one kind or of all kinds of shell."""
    found = FENCE.finditer((DOCS / page).read_text(encoding="utf-8"))
    kinds = {kind} if kind else {"sh", "sh local", "sh aws", "sh move", "sh back", "sh check", "sh docker", "bash"}
    return [match["code"] for match in found if match["kind"] in kinds]


def shell(code: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a block in bash; the first command that fails ends it."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    kept = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "HOME": str(folder), "NO_PROXY": "*"}
    return subprocess.run(  # noqa: S603  # code of our own page
        ["/bin/bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env={**kept, **environ},
        text=True,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.timeout(SECONDS * 3)
def test_the_rehearsal_runs_on_a_laptop(chain: Chain, tmp_path: Path) -> None:
    """Each `sh local` block runs unchanged, in order, against a local stack on other ports."""
    rehearsal = blocks("migration.md", "sh local")
    addresses = {
        "http://localhost:8080/v1": chain.public_url,
        "http://localhost:8081/v1": chain.internal_url,
        "http://localhost:8000": chain.service_url,
        "http://localhost:8082": chain.dynamodb_url,
    }
    for code in rehearsal:
        here = code
        for shown, real in addresses.items():
            here = here.replace(shown, real)
        ended = shell(here, tmp_path)
        assert 0 == ended.returncode, f"{code}\n{ended.stdout}\n{ended.stderr}"
    assert 6 == len(rehearsal)


def test_the_aws_commands_run_on_the_emulator(emulator: Emulator, tmp_path: Path) -> None:
    """Each `sh aws` block runs unchanged with the AWS CLI."""
    program = shutil.which("aws")
    if program is None:
        pytest.skip(f"{MARK}the AWS commands of the documents: there is no aws on this machine")
    aws = Path(program).resolve().parent
    made_up = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    for page in ("migration.md", "operations.md"):
        for code in blocks(page, "sh aws"):
            here = f"PATH={aws}:$PATH\n{code}"
            ended = shell(here, tmp_path, AWS_ENDPOINT_URL=str(emulator.aws.endpoint_url), **made_up)
            assert 0 == ended.returncode, f"{code}\n{ended.stderr}"


def aws_commands() -> Iterator[tuple[str, list[str]]]:
    """Yield each AWS CLI command in blocks and in the text, split into words."""
    for page in ("migration.md", "migration.zh-TW.md", "operations.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        prose = re.findall(r"`(aws [^`]+)`", FENCE.sub("", text))
        code = "\n".join(blocks(page)).replace("\\\n", " ")
        for line in [*prose, *re.findall(r"^ *(?:[A-Z]+=\$\()?(aws .*?)\)?$", code, re.MULTILINE)]:
            words = shlex.split(line.partition(" | ")[0] if "docker login" in line else line)
            yield f"{page}: {line}", words[1:]


def test_every_aws_command_exists() -> None:
    """Service, operation and options are in botocore's models."""
    session = botocore.session.Session()
    unknown = [f"{place}: {wrong}" for place, words in aws_commands() if (wrong := _wrong(session, words))]
    assert [] == unknown
    assert len(list(aws_commands())) > 60


def _wrong(session: Any, words: list[str]) -> str | None:  # noqa: ANN401  # botocore has no types
    """Return the unknown part of a command, or None."""
    service, command, *rest = words
    options = {word[2:] for word in rest if word.startswith("--")} - GLOBAL
    if (service, command) in OWN:
        return None if options <= OWN[service, command] else "option"
    if command == "wait":
        waiters = session.get_waiter_model(service).waiter_names
        return None if rest[0] in {xform_name(name, "-") for name in waiters} else "waiter"
    model = session.get_service_model(MODELS.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if command not in operations:
        return "operation"
    shape = model.operation_model(operations[command]).input_shape
    known = {xform_name(name, "-") for name in (shape.members if shape else {})}
    return None if options <= known else f"one of {sorted(options - known)}"


def test_images_are_built_for_the_processor_of_the_tasks() -> None:
    """Without the option, a build on another processor makes an image that no task can start."""
    template = (ROOT / "infra" / "ecs" / "templates" / "task-definition.json.tftpl").read_text(encoding="utf-8")
    assert '"cpuArchitecture": "X86_64"' in template
    pages = [
        (DOCS / page).read_text(encoding="utf-8") for page in ("migration.md", "migration.zh-TW.md", "operations.md")
    ]
    builds = [line for page in pages for line in page.splitlines() if line.strip().startswith("docker build ")]
    assert 5 == len(builds)
    assert [] == [line for line in builds if "--platform linux/amd64" not in line]


def test_both_languages_have_the_same_commands() -> None:
    """The Chinese page has the same code blocks and headings."""
    assert blocks("migration.md") == blocks("migration.zh-TW.md")
    shapes = [
        [line.partition(" ")[0] for line in FENCE.sub("", text).splitlines() if line.startswith("#")]
        for text in ((DOCS / page).read_text(encoding="utf-8") for page in ("migration.md", "migration.zh-TW.md"))
    ]
    assert shapes[0] == shapes[1]


def test_both_languages_have_the_same_tables_and_ticks() -> None:
    """Both pages have the same table rows, checklist items, and code in rows."""
    pages = [(DOCS / page).read_text(encoding="utf-8") for page in ("migration.md", "migration.zh-TW.md")]
    rows = [[sorted(re.findall(r"`[^`]+`", row)) for row in TABLE_ROW.findall(page)] for page in pages]
    assert rows[0] == rows[1]
    assert pages[0].count("- [ ] ") == pages[1].count("- [ ] ") == 22
    answered = [len(re.findall(r"^- \[ \] .*verify.$", page, re.MULTILINE)) for page in pages]
    assert [13, 13] == answered


def test_each_alarm_has_a_runbook() -> None:
    """The operations page has a heading with at least three numbered steps for each alarm, and for no other."""
    monitoring = ROOT / "infra" / "terraform" / "modules" / "alarms"
    source = "\n".join(path.read_text(encoding="utf-8") for path in monitoring.glob("*.tf"))
    named = set(re.findall(r"^ +((?:ECS|ALB|Service)-\w+) = \{", source, re.MULTILINE))
    named |= set(re.findall(r'alarm_name\s*= "(ALB-\w+)"', source))
    functions, tables = ("query-lambda", "query-result-lambda"), ("notification-records", "command-records")
    named |= {f"Lambda-{kind}-{name}" for kind in re.findall(r'"Lambda-(\w+)-\$', source) for name in functions}
    named |= {f"DynamoDB-Throttles-{name}" for name in tables} | {"PublicApi-5xx", "InternalApi-5xx"}
    named |= {f"Fault-{hop}" for hop in ("query_lambda", "service", "result_lambda")}
    page = (DOCS / "operations.md").read_text(encoding="utf-8").split("## Alarms\n")[1]
    sections = dict(zip(ALARM.findall(page), ALARM.split(page)[2::2], strict=True))
    assert named == sections.keys()
    for name, section in sections.items():
        steps = [int(number) for number in re.findall(r"^(\d+)\. ", section, re.MULTILINE)]
        assert steps == list(range(1, max(3, len(steps)) + 1)), name


def test_links_within_the_operations_page_lead_somewhere() -> None:
    """Each `#anchor` is that of a heading."""
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert {*re.findall(r"\]\(#([^)]+)\)", page)} <= anchors
