"""What a scenario came to: figures and checks, kept as JSON, shown as tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).resolve().parent / "results"
DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN: Final = "<!-- figures of `make faults`: generated, do not edit -->"
END: Final = "<!-- end of the figures -->"


@dataclass(frozen=True)
class Check:
    """A sentence that has to hold, and whether it did."""

    text: str
    held: bool


@dataclass
class Case:
    """One thing that was done: figures by name, in the order of the table, and what had to hold."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def check(self, text: str, held: object) -> None:
        """Note whether a sentence holds."""
        self.checks.append(Check(text, bool(held)))

    @property
    def failed(self) -> list[str]:
        """The sentences that do not hold."""
        return [check.text for check in self.checks if not check.held]


@dataclass(frozen=True)
class Result:
    """A whole scenario; `conditions` says at which sizes and on what it ran."""

    number: int
    title: str
    conditions: Mapping[str, Any]
    cases: Sequence[Case]

    @property
    def failed(self) -> list[str]:
        """The sentences that do not hold, each with its case."""
        return [f"{case.name}: {text}" for case in self.cases for text in case.failed]

    def write(self, folder: Path) -> None:
        """Write it as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / f"{self.number}.json").write_text(text + "\n", encoding="utf-8")


def read(folder: Path = RESULTS) -> list[Result]:
    """Return the results that were written."""
    return [_result(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("?.json"))]


def figures(results: Sequence[Result]) -> str:
    """Return the part of the document that is generated."""
    return "\n".join([BEGIN, *(line for result in results for line in _section(result)), END])


def update(document: str, results: Sequence[Result]) -> str:
    """Return the document with these figures."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + figures(results) + after


def _result(raw: Mapping[str, Any]) -> Result:
    cases = [Case(case["name"], case["figures"], [Check(**check) for check in case["checks"]]) for case in raw["cases"]]
    return Result(raw["number"], raw["title"], raw["conditions"], cases)


def _section(result: Result) -> Iterator[str]:
    conditions = ", ".join(f"{name} {_text(value)}" for name, value in result.conditions.items())
    yield from ("", f"### {result.number}. {result.title}", "", f"{conditions}." if conditions else "", "")
    for names in _tables(result.cases):
        columns = list(dict.fromkeys(name for case in names for name in case.figures))
        yield "| case | " + " | ".join(columns) + " |"
        yield "|---" * (len(columns) + 1) + "|"
        for case in names:
            yield f"| {case.name} | " + " | ".join(_text(case.figures.get(name, "")) for name in columns) + " |"
        yield ""
    yield from _checks(result)


def _checks(result: Result) -> Iterator[str]:
    sentences = list(dict.fromkeys(check.text for case in result.cases for check in case.checks))
    for sentence in sentences:
        failed = [case.name for case in result.cases if sentence in case.failed]
        yield f"- {sentence}: {'**no**, ' + ', '.join(failed) if failed else 'yes'}"


def _tables(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the cases that have the same figures together, each group for a table of its own."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(tuple(case.figures), []).append(case)
    yield from groups.values()


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_text(count)}" for name, count in value.items()) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
