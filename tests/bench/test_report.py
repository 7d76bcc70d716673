"""docs/performance.md and the targets agree with the results."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lab import publish
from lab.bench import report, tables
from lab.bench.__main__ import main
from lab.bench.measurement import ratios, spread

PAGE = report.PAGE.read_text(encoding="utf-8")
RESULTS = report.read()
BLOCKS = report.blocks(RESULTS)


def test_the_page_agrees_with_the_results() -> None:
    """`make bench` writes both; an edit of one alone is an error."""
    assert publish.filled(PAGE, BLOCKS) == PAGE


def test_every_table_has_its_place_on_the_page() -> None:
    """A result that is not shown is not measured."""
    assert set(BLOCKS) == {name for _, name, _ in publish.MARKED.findall(PAGE)}


@pytest.mark.parametrize("text", BLOCKS.values(), ids=BLOCKS)
def test_a_table_fits_a_terminal(text: str) -> None:
    """80 columns of ASCII."""
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= tables.WIDTH


@pytest.mark.parametrize("name", report.CHART_SOURCES)
def test_a_chart_is_drawn_from_the_results(name: str) -> None:
    """The picture carries the hash of its results."""
    assert report.chart_digest(name).encode() in (report.CHARTS / f"{name}.png").read_bytes()


def test_a_target_is_an_upper_or_a_lower_limit() -> None:
    """The figure may equal the limit."""
    assert [True, False] == [report.Target("us", 600, now).met for now in (600, 601)]
    assert [False, True] == [report.Target("x", 4, now, at_least=True).met for now in (3.9, 4)]


def test_a_spread_is_the_median_and_its_quartiles() -> None:
    """Half of the rounds lie between the quartiles; a single round is all three."""
    assert {"median": 3, "low": 2, "high": 4} == spread([5, 1, 3, 2, 4])
    assert {"median": 7, "low": 7, "high": 7} == spread([7])


def test_ratios_are_taken_round_by_round() -> None:
    """Other work of the machine disturbs both figures of a round alike."""
    assert [2, 3] == ratios({"ours": [10, 30], "bare": [5, 10]}, "ours", "bare")


def test_results_are_kept_with_four_digits_and_their_machine(tmp_path: Path) -> None:
    """More digits are noise, and would change every line in every run."""
    report.save("part", {"cpu": [1234.567, {"x": 0.123456}], "name": "ours"}, tmp_path)
    kept = publish.load(tmp_path / "part.json")
    assert {"python", "cores", "load"} == set(kept.pop("machine"))
    assert {"cpu": [1235.0, {"x": 0.1235}], "name": "ours"} == kept


def test_a_mark_without_a_block_is_an_error() -> None:
    """A renamed table cannot leave an old one on the page."""
    with pytest.raises(KeyError, match="gone"):
        publish.filled("<!-- figures: gone -->\n<!-- end -->", {})


def test_an_unknown_part_is_refused_before_anything_is_measured() -> None:
    """A typing error costs seconds, not minutes."""
    app = typer.Typer()
    app.command()(main)
    done = CliRunner().invoke(app, ["services", "lamdas"])
    assert 2 == done.exit_code
    assert "no part lamdas" in re.sub(r"\s+", " ", done.output)
