"""Stored text cannot act on a terminal: titles and errors are written by other people."""

import json
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sdk.harness import RECORD, Script, page, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

Run = Callable[..., subprocess.CompletedProcess[str]]

# Characters that act on a terminal, or change the order of text, and text of languages that must survive.
ACTING = ["\x1b[2J", "\x07", "\0", "\x7f", "\x9b2J", "\x85", "\u2028", "\u2029", *"\u202a\u202e\u2066\u2069"]
LANGUAGES = "春季\u3000特賣 \u00a0 👨\u200d👩\u200d👧 می\u200cخواهم \u200f\u200eשלום क्\u200dष e\u0301"  # noqa: RUF001  # other alphabets


@pytest.fixture
def service(environment: Environment, tmp_path: Path) -> Run:
    """Run the command line against a script."""

    def run(script: Script, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        with scripted(script) as url:
            there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
            return environment.run("push-records", *arguments, cwd=tmp_path, status=status, **there)

    return run


def acting() -> Script:
    """Return a service whose record holds all of them."""
    record = RECORD | {"notification_title": f"a{'|'.join(ACTING)}z", "error_msg": LANGUAGES, "ap_id": "[red]x[/red]"}
    return Script([page(items=[record]), problem(400, detail="".join(ACTING))])


def in_terminal(environment: Environment, folder: Path, script: Script, *arguments: str) -> str:
    """Return the standard output of the command in a pseudo-terminal, without the styles that the command sets."""
    with scripted(script) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key", "TERM": "xterm", "COLUMNS": "2000"}
        command = f"{shlex.join(['push-records', *arguments])} 2>/dev/null"
        done = environment.run("script", "-qec", command, "/dev/null", cwd=folder, **there)
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def acts(text: str) -> list[str]:
    """Return the characters of a text that act on a terminal, line ends excepted."""
    kinds = {each: unicodedata.category(each) for each in text}
    orders = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return [each for each in text if (kinds[each] in {"Cc", "Zl", "Zp"} and each not in "\r\n") or each in orders]


@pytest.mark.parametrize("form", ["table", "csv", "json", "ndjson"])
@pytest.mark.parametrize("where", ["terminal", "pipe"])
def test_no_stored_character_acts_on_a_terminal(
    environment: Environment, service: Run, tmp_path: Path, *, form: str, where: str
) -> None:
    """Titles and errors are other people's text; spaces and joiners of languages are shown as they are."""
    arguments = ("user", "u1", "--format", form)
    if where == "pipe":
        shown = service(acting(), *arguments).stdout
    else:
        shown = in_terminal(environment, tmp_path, acting(), *arguments)
    assert [] == acts(shown)
    assert LANGUAGES in shown
    assert "[red]x[/red]" in shown
    assert ("\\u202e" in shown) == ((where, form) != ("pipe", "csv"))


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_escaped_json_has_the_stored_text(service: Run, form: str) -> None:
    r"""A \u escape is another spelling of the same string."""
    found = json.loads(service(acting(), "user", "u1", "--format", form).stdout)
    record = found[0] if form == "json" else found
    assert (f"a{'|'.join(ACTING)}z", LANGUAGES) == (record["notification_title"], record["error_msg"])


def test_problem_of_the_service_holds_no_commands_for_a_terminal(service: Run) -> None:
    """The words of a problem are escaped as records are."""
    script = acting()
    script.answers = script.answers[1:]
    assert [] == acts(service(script, "user", "u1", status=1).stderr)
