"""The commands of CONTRIBUTING.md for Schemathesis: they pass on the running chain, and notice each planted fault."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.contract import spoiled
from tools.local.servers import bind, serving, url_of
from tools.local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("\\\n", "")
COMMANDS: Final = dict(
    zip(("public", "internal", "service"), re.findall(r"^\S*/st run .*$", TEXT, re.MULTILINE), strict=True)
)
pytestmark = pytest.mark.timeout(900)
# The surface, the fault, and what Schemathesis calls it.
FAULTS: Final = [
    ("public", spoiled.another_media_type, "ST105"),
    ("public", spoiled.undocumented_status, "ST103"),
    ("public", spoiled.no_key_needed, "ST401"),
    ("public", spoiled.crash_on_text, "ST101"),
    ("service", spoiled.record_without_time, "ST108"),
    ("service", spoiled.unknown_fields_accepted, "ST201"),
    ("service", spoiled.undeclared_method, "ST204"),
    ("internal", spoiled.valid_filter_refused, "ST202"),
    ("internal", spoiled.own_position_refused, "ST202"),
    ("internal", spoiled.problem_without_code, "ST108"),
]


def run(stack: Stack, surface: str, url: str, *options: str, **environ: str) -> tuple[int, str]:
    """Run the command of a surface against an address, and return its exit code and its output."""
    identity = stack.options.identity
    credentials = {
        "QUERY_SERVICE_API_KEY": stack.options.api_key,
        "AWS_ACCESS_KEY_ID": identity.access_key,
        "AWS_SECRET_ACCESS_KEY": identity.secret_key,
    }
    command = [*shlex.split(COMMANDS[surface]), "--url", url, "--no-color", *options]
    done = subprocess.run(  # noqa: S603  # the documented command
        command, cwd=ROOT, env=os.environ | credentials | environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def address(stack: Stack, surface: str) -> str:
    """Return where a surface answers."""
    url: str = getattr(stack, f"{surface}_url")
    return url


@pytest.mark.parametrize("surface", COMMANDS)
@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_plain_run_finds_nothing(stack: Stack, surface: str, seed: str) -> None:
    """Without a fault there is no finding."""
    code, output = run(stack, surface, address(stack, surface), "--seed", seed, "--max-examples", "30")
    assert 0 == code, output


@pytest.mark.parametrize(("surface", "fault", "finding"), FAULTS, ids=lambda each: getattr(each, "__name__", each))
def test_a_run_notices_a_planted_fault(stack: Stack, surface: str, fault: spoiled.Fault, finding: str) -> None:
    """A fault in one kind of answer is found, and called what it is."""
    upstream = address(stack, surface)
    bound = bind("proxy", "127.0.0.1", 0, option="")
    url = url_of(bound.getsockname(), "" if surface == "service" else "/v1")
    with serving(spoiled.spoiled(upstream, fault), bound):
        options = ("--include-path", "/query/user", "--max-examples", "60", "--no-shrink", "--max-failures", "1")
        code, output = run(stack, surface, url, "--seed", "1", *options)
    assert 1 == code, output
    assert f"- {finding} " in output, output


@pytest.mark.parametrize(
    ("surface", "variables"),
    [("public", ["QUERY_SERVICE_API_KEY"]), ("internal", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])],
)
def test_a_run_without_credentials_says_that_nothing_was_tested(
    stack: Stack, surface: str, variables: list[str]
) -> None:
    """It fails before the first request, and names what is missing."""
    empty = {**dict.fromkeys(variables, ""), "AWS_EC2_METADATA_DISABLED": "true"}
    code, output = run(stack, surface, address(stack, surface), **empty)
    said = " ".join(output.split())
    assert code != 0
    assert f"Nothing was tested: set {' and '.join(variables)}" in said


def test_a_run_with_a_wrong_key_fails(stack: Stack) -> None:
    """All queries are refused, which is a documented answer, and shows nothing."""
    code, output = run(
        stack, "public", stack.public_url, "--max-examples", "1", QUERY_SERVICE_API_KEY="no-key-of-this-api"
    )
    assert 1 == code, output
    assert "Authentication failed" in output
