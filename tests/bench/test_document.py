"""What is published is what was measured."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lab.bench import charts_of, document, findings, tables
from lab.bench.__main__ import main

PAGE = document.PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_the_results_say() -> None:
    """`make bench` writes both; an edit of one alone is an error."""
    assert document.filled(PAGE, document.figures()) == PAGE


def test_every_table_has_its_place_on_the_page() -> None:
    """What is measured and not shown is not measured."""
    assert list(document.figures()) != []
    assert set(document.figures()) == set(re.findall(r"<!-- figures: (\w+) -->", PAGE))


@pytest.mark.parametrize("text", document.figures().values(), ids=document.figures())
def test_a_table_fits_a_terminal(text: str) -> None:
    """80 columns, Chinese terminals included: all of it is ASCII."""
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= tables.WIDTH


@pytest.mark.parametrize("name", charts_of.SOURCES)
def test_a_chart_is_drawn_from_the_results(name: str) -> None:
    """The picture carries the hash of what it was drawn from."""
    assert charts_of.digest(name).encode() in (charts_of.FOLDER / f"{name}.png").read_bytes()


def test_a_spread_is_the_median_and_its_quartiles() -> None:
    """Half of the rounds lie between the two; one round is all three."""
    assert (3, 2, 4) == findings.spread([5, 1, 3, 2, 4])
    assert (7, 7, 7) == findings.spread([7])


def test_results_are_kept_with_four_digits_and_the_machine_they_depend_on(tmp_path: Path) -> None:
    """More digits are noise, and would make every run a change of every line."""
    findings.save("part", {"cpu": [1234.567, {"x": 0.123456}], "name": "ours"}, tmp_path)
    kept = findings.load("part", tmp_path)
    assert {"python", "cores", "load"} == set(kept.pop("machine"))
    assert {"cpu": [1235.0, {"x": 0.1235}], "name": "ours"} == kept


def test_an_unknown_part_is_refused_before_anything_is_measured() -> None:
    """A typing error costs seconds, not the ten minutes of all parts."""
    app = typer.Typer()
    app.command()(main)
    done = CliRunner().invoke(app, ["services", "lamdas"])
    assert 2 == done.exit_code
    assert "no part lamdas" in done.output
