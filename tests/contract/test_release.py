"""`python -m tools.contract breaking` and `release`: the changes since the last release, and the next release."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tools.contract.__main__ import app
from tools.contract.breaking.released import changes, for_consumers, is_released, released
from tools.contract.bundle import NAMES, SOURCES

LIMIT = "          maximum: 100\n          x-default: 10\n"


@pytest.fixture
def unreleased(tmp_path: Path) -> Path:
    """Return a copy of both contracts without a release."""
    copied = tmp_path / "openapi"
    shutil.copytree(SOURCES, copied, ignore=shutil.ignore_patterns("released"))
    return copied


@pytest.fixture
def sources(unreleased: Path) -> Path:
    """Return a copy of both contracts, just released."""
    assert 0 == run("release", unreleased).exit_code
    return unreleased


def run(command: str, sources: Path) -> Result:
    """Run a command on the contracts in a folder."""
    return CliRunner().invoke(app, [command, "--sources", str(sources)])


def edit(sources: Path, old: str, new: str, name: str = "public") -> None:
    """Replace a text in a contract."""
    file = sources / f"{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unchanged_contract_has_no_changes(sources: Path) -> None:
    """Directly after a release there is no change."""
    done = run("breaking", sources)
    assert (0, "public since 1.0.0: no change\ninternal since 1.0.0: no change\n") == (done.exit_code, done.output)
    assert [for_consumers(name) for name in NAMES] == [released(name, sources) for name in NAMES]


def test_a_break_fails_and_names_operation_and_field(sources: Path) -> None:
    """Breaking changes come first; a change of a shared schema is listed once, with all of its operations."""
    edit(sources, LIMIT, LIMIT.replace("100", "50"))
    edit(sources, "        count:\n", "        pages:\n          type: integer\n        count:\n")
    done = run("breaking", sources)
    assert 1 == done.exit_code
    assert done.output == (
        "public since 1.0.0: 1 breaking, 1 additive\n"
        "Breaking: a consumer has to act.\n"
        "- request limit: maximum was 100, is 50\n"
        "  POST /query/user (query_user)\n"
        "Additive: nobody has to act.\n"
        "- answer 200 pages: is new\n"
        "  POST /failed (failed)\n"
        "  POST /query/fail (query_fail)\n"
        "  POST /query/failures (query_failures)\n"
        "  POST /query/marketing (query_marketing)\n"
        "  POST /query/marketing/fail (query_marketing_fail)\n"
        "  POST /query/transaction (query_transaction)\n"
        "  POST /query/user (query_user)\n"
        "internal since 1.0.0: no change\n"
    )


def test_the_report_fits_a_terminal(sources: Path) -> None:
    """No line has more than 80 columns, even with long values."""
    edit(sources, "pattern: '^[A-Za-z0-9_-]+$'", f"pattern: '^({'[A-Za-z0-9_-] ' * 20})+$'")
    output = run("breaking", sources).output
    assert "- request cursor: pattern was ^[A-Za-z0-9_-]+$, is ^([A-Za-z0-9_-] " in output
    assert 80 >= max(map(len, output.splitlines()))


def test_before_the_first_release_nothing_can_break(unreleased: Path) -> None:
    """Without a release the check passes with a message."""
    done = run("breaking", unreleased)
    assert 0 == done.exit_code
    assert "nothing is released yet: openapi/released has no contract to compare with\n" == done.output


def test_a_release_of_one_contract_alone_is_an_error(sources: Path) -> None:
    """The two contracts are released together, so a missing file is a mistake."""
    (sources / "released" / "internal.json").unlink()
    done = run("breaking", sources)
    assert (1, f"internal was never released: there is no {sources}/released/internal.json\n") == (
        done.exit_code,
        done.stderr,
    )


@pytest.mark.parametrize(
    ("edits", "refusal"),
    [
        ([("description: The largest number", "description: At most")], "public 1.0.0 is out: raise its info.version"),
        ([(LIMIT, LIMIT.replace("100", "500"))], "public 1.0.0 is out: raise its info.version"),
        ([(LIMIT, LIMIT.replace("100", "500")), ("version: 1.0.0", "version: 0.9.9")], "public 1.0.0 is out"),
        ([(LIMIT, LIMIT.replace("100", "500")), ("version: 1.0.0", "version: 1.0.1")], None),
        ([("version: 1.0.0", "version: 1.1")], "info.version is 1.1; write three numbers"),
        ([(LIMIT, LIMIT.replace("100", "50"))], "consumers of public would break: make its info.version 2.0.0"),
        ([(LIMIT, LIMIT.replace("100", "50")), ("version: 1.0.0", "version: 1.9.0")], "make its info.version 2.0.0"),
        ([(LIMIT, LIMIT.replace("100", "50")), ("version: 1.0.0", "version: 2.0.0")], None),
    ],
)
def test_a_release_needs_a_version_that_fits_its_changes(
    sources: Path, edits: list[tuple[str, str]], refusal: str | None
) -> None:
    """A change needs a higher version, a breaking change the next major version."""
    before = released("public", sources)
    for old, new in edits:
        edit(sources, old, new)
    done = run("release", sources)
    if refusal is None:
        assert (0, for_consumers("public", sources)) == (done.exit_code, released("public", sources))
        assert 0 == run("breaking", sources).exit_code
    else:
        assert (1, before) == (done.exit_code, released("public", sources))
        assert refusal in done.stderr


def test_neither_contract_is_released_if_one_cannot_be(sources: Path) -> None:
    """The two are released together."""
    edit(sources, "version: 1.0.0", "version: 1.1.0")
    edit(sources, "title: Internal", "title: An internal", "internal")
    assert 1 == run("release", sources).exit_code
    assert "1.0.0" == released("public", sources)["info"]["version"]


@pytest.mark.parametrize("name", NAMES)
def test_the_changelog_names_what_is_new_since_the_release(name: str) -> None:
    """The changelog lists every new operation and field. Before the first release its only version is unreleased."""
    versions = (SOURCES.parent / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1:]
    text = versions[0]
    if not is_released():
        assert 1 == len(versions)
        assert re.match(rf"{for_consumers(name)['info']['version']} .* unreleased$", text.splitlines()[0])
        return
    new = [change for change in changes(name) if change.sentence == "is new"]
    names = {re.split(r"[ .\[]", change.field or change.operation.split()[1])[-1] for change in new}
    assert set() == {name for name in names if f"`{name}`" not in text}
