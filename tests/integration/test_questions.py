"""The pages "What can I ask" and README in both languages have the same calls, and each is answered."""

import hmac
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_readme import send
from tools.contract.bundle import bundle, operations
from tools.local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README": ROOT / "README.md", "what-can-i-ask": ROOT / "docs" / "what-can-i-ask.md"}


def commands(page: Path) -> list[str]:
    """Return the commands of a page."""
    return re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


CALLS = commands(PAGES["what-can-i-ask"])


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_both_languages_have_the_same_commands(page: Path) -> None:
    """Those of README's first screen stand at its beginning."""
    translated = commands(page.with_suffix(".zh-TW.md"))
    assert translated
    assert commands(page)[: len(translated)] == translated
    assert page.name == "README.md" or len(commands(page)) == len(translated)


def test_there_is_a_call_for_every_operation() -> None:
    """One for each, and none of an old name."""
    offered = {
        key.partition(" ")[2]
        for key, each in operations(bundle("public")).items()
        if not key.startswith("OPTIONS") and not each.get("deprecated")
    }
    asked = set(re.findall(r"localhost:8080/v1(\S+)", "".join(CALLS)))
    assert asked == offered - {"/openapi.json"}


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_answered(stack: Stack, call: str) -> None:
    """With rows of the sample."""
    answer = send(stack, shlex.split(call.replace("\\\n", " ")))
    assert 200 == answer.status_code
    body = answer.json()
    assert any(body.get(name) for name in ("items", "rows", "pushes", "status"))


@pytest.mark.parametrize("suffix", [".md", ".zh-TW.md"])
def test_the_sample_has_each_verdict(stack: Stack, suffix: str) -> None:
    """The transactions that the page names."""
    page = PAGES["what-can-i-ask"].with_suffix(suffix).read_text(encoding="utf-8")
    named = dict(re.findall(r"`(tx_\d+)` \W*(?:is |為 )?`([A-Z_]+)`", page))
    words = shlex.split(next(call for call in CALLS if "query/push" in call).replace("\\\n", " "))
    answers = {name: send(stack, [word.replace("tx_002", name) for word in words]).json() for name in named}
    assert named == {name: answer["verdict"] for name, answer in answers.items()}
    assert set(bundle("public")["components"]["schemas"]["Verdict"]["x-extensible-enum"]) == set(named.values())


def test_the_operators_command_computes_the_subject() -> None:
    """docs/operations.md shows how to find who looked up a user."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python3 -c '.*hmac.*$", page, re.MULTILINE)
    _, *arguments = shlex.split(command)
    environ = os.environ | {"AUDIT_KEY": "k" * 32}
    done = subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, text=True, check=True)  # noqa: S603  # our own
    assert hmac.digest(b"k" * 32, b"user_id:test_user_001", "sha256").hex() == done.stdout.strip()
    assert {"subject_hmac", "api_key_id"} <= set(
        re.findall(r"\w+", page.split("## Who looked up a user")[1].split("## ")[0])
    )
