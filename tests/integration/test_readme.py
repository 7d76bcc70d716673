"""The calls in README.md give the answers in README.md."""

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tools.local.stack import Stack

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
CALL = re.compile(r"```sh\n(curl .*?)```\n```json\n(.*?)```", re.DOTALL)
# README.md writes this for values that differ from run to run.
ANY = "..."


def calls() -> Iterator[tuple[list[str], Any]]:
    """Yield each call as the words of a command line, and its answer."""
    for call, answer in CALL.findall(README):
        yield shlex.split(call.replace("\\\n", " ")), json.loads(answer)


def options(words: list[str], flag: str) -> list[str]:
    """Return the values that an option has on a command line."""
    return [value for name, value in pairwise(words) if name == flag]


def send(stack: Stack, words: list[str]) -> httpx.Response:
    """Send the request of a curl command to the running stack."""
    url = next(word for word in words if word.startswith("http"))
    url = url.replace("http://localhost:8080/v1", stack.public_url).replace("http://localhost:8000", stack.service_url)
    headers = dict(header.split(": ", 1) for header in options(words, "-H"))
    method = next(iter(options(words, "-X")), "GET")
    content = next(iter(options(words, "-d")), "")
    return httpx.request(method, url, headers=headers, content=content.encode(), trust_env=False, timeout=30)


def settled(answer: Any, shown: Any) -> Any:  # noqa: ANN401  # any JSON
    """Replace the values of an answer that README.md leaves open."""
    if isinstance(answer, dict) and isinstance(shown, dict):
        return {key: settled(value, shown.get(key)) for key, value in answer.items()}
    return ANY if shown == ANY else answer


def test_the_readme_has_a_call_for_each_question() -> None:
    """The calls are health, the three queries of the guide, and a refusal."""
    urls = [next(word for word in words if word.startswith("http")) for words, _ in calls()]
    paths = [url.split("localhost:", 1)[1] for url in urls]
    assert {"8000/health", "8080/v1/query/user", "8080/v1/query/marketing", "8080/v1/query/fail"} == set(paths)
    assert 5 == len(paths)


@pytest.mark.parametrize("number", range(sum(1 for _ in calls())))
def test_a_call_gives_its_answer(stack: Stack, number: int) -> None:
    """A copied call gives the answer that README.md shows."""
    words, shown = list(calls())[number]
    answer = send(stack, words).json()
    assert shown == settled(answer, shown)
