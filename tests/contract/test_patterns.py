"""Every pattern of the contracts means the same to the regular-expression engines of common languages."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.contract.bundle import NAMES, bundle

# By pattern: values that it accepts, and values that it refuses.
EXAMPLES = {
    r"^[^\x00-\x1F\x7F]+$": (
        ["test_user_001", "a b", "訂單 42", "😀", "\x80", "\\u", "a\ufffd"],
        ["", "\x00", "a\nb", "\x1f", "a\x7fb"],
    ),
    r"^[A-Za-z0-9_-]+$": (["eyJ-_9"], ["", "a b", "a=", "ä"]),
    r"^(hour|day)$": (["hour", "day"], ["", "week", "days"]),
    r"^-?[0-9]{1,38}(\.[0-9]{1,37})?$": (["1761998400123", "-1.5"], ["", "1.", "1e3", "x"]),
}
CASES = [(pattern, text, not index) for pattern, both in EXAMPLES.items() for index in (0, 1) for text in both[index]]
# Each program reads [[pattern, text], ...] in JSON and writes a list of booleans; the patterns search, as in OpenAPI.
NODE = "const c = JSON.parse(require('fs').readFileSync(0)); console.log(c.map(([p, t]) => new RegExp(p, 'u').test(t)))"
PHP = (
    "echo json_encode(array_map(fn($c) => preg_match('~' . $c[0] . '~', $c[1]) === 1,"
    "json_decode(stream_get_contents(STDIN))));"
)
RUBY = "require 'json'; puts JSON.parse(STDIN.read).map { |p, t| Regexp.new(p).match?(t) }.to_json"
JAVA = """
import java.util.regex.Pattern;
public class Search {
    static String text(String hex) {
        var points = new StringBuilder();
        if (hex.isEmpty()) return "";
        for (var point : hex.split("_")) points.appendCodePoint(Integer.parseInt(point, 16));
        return points.toString();
    }
    public static void main(String[] cases) {
        var found = new java.util.ArrayList<Boolean>();
        for (var one : cases) {
            var parts = one.split(":", 2);
            found.add(Pattern.compile(text(parts[0])).matcher(text(parts[1])).find());
        }
        System.out.println(found);
    }
}
"""
GO = """
package main
import ("encoding/json"; "os"; "regexp")
func main() {
    var cases [][]string
    json.NewDecoder(os.Stdin).Decode(&cases)
    found := []bool{}
    for _, one := range cases { found = append(found, regexp.MustCompile(one[0]).MatchString(one[1])) }
    json.NewEncoder(os.Stdout).Encode(found)
}
"""


def patterns(node: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # any JSON
    """Yield each pattern below `node`, with the words for a value that does not match."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"], node["x-pattern-error"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from patterns(each)


def run(program: str, *arguments: str, send: str = "") -> list[bool]:
    """Return the output of a program; skip where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([found, *arguments], input=send, capture_output=True, text=True, check=True)  # noqa: S603  # programs of this file
    answer: list[bool] = json.loads(done.stdout)
    return answer


def test_every_pattern_has_examples_here_and_words_for_callers() -> None:
    """A new pattern fails until it has values to try, and a message without a regular expression."""
    found = {pattern: words for name in NAMES for pattern, words in patterns(bundle(name))}
    assert set(EXAMPLES) == set(found)
    assert all(words[0].islower() and not set(words) & set("[]^$\\") for words in found.values())


def test_python() -> None:
    """Python's `re`."""
    assert [wanted for *_, wanted in CASES] == [bool(re.search(pattern, text)) for pattern, text, _ in CASES]


@pytest.mark.parametrize(
    ("program", "arguments"), [("node", ("-e", NODE)), ("php", ("-r", PHP)), ("ruby", ("-e", RUBY))], ids=str
)
def test_scripting_languages(program: str, arguments: tuple[str, ...]) -> None:
    """ECMAScript in its Unicode mode, PCRE as PHP runs it, and Onigmo."""
    given = json.dumps([case[:2] for case in CASES])
    assert [wanted for *_, wanted in CASES] == run(program, *arguments, send=given)


def test_java(tmp_path: Path) -> None:
    """`java.util.regex`, with texts as code points so that no locale changes them."""
    source = tmp_path / "Search.java"
    source.write_text(JAVA, encoding="utf-8")
    given = [":".join("_".join(f"{ord(char):x}" for char in text) for text in case[:2]) for case in CASES]
    assert [wanted for *_, wanted in CASES] == run("java", str(source), *given)


def test_go(tmp_path: Path) -> None:
    """RE2 as Go has it; Rust's and Google's own have the same syntax."""
    source = tmp_path / "main.go"
    source.write_text(GO, encoding="utf-8")
    given = json.dumps([case[:2] for case in CASES])
    assert [wanted for *_, wanted in CASES] == run("go", "run", str(source), send=given)


@pytest.mark.parametrize("pattern", EXAMPLES)
def test_pcre(pattern: str, tmp_path: Path) -> None:
    """PCRE as `grep -P` has it; `-z`, so that a line break is part of a text."""
    if subprocess.run(["grep", "-P", "x"], input="x", text=True, capture_output=True, check=False).returncode:  # noqa: S607  # the grep of this machine
        pytest.skip("grep has no PCRE")
    cases = [(text, wanted) for known, text, wanted in CASES if known == pattern and text and "\0" not in text]
    for text, wanted in cases:
        file = tmp_path / "text"
        file.write_text(text, encoding="utf-8")
        done = subprocess.run(["grep", "-qzP", pattern, str(file)], env={"LC_ALL": "C.UTF-8"}, check=False)  # noqa: S603, S607  # the grep of this machine
        assert (done.returncode == 0) == wanted, text
