"""What was measured, as it is kept in `lab/bench/results` and published from there."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).with_name("results")
# How many rounds a spread needs at least.
LEAST: Final = 4
_QUARTILES: Final = 4


class Spread(NamedTuple):
    """The median of repeated measurements, and the quartiles that half of them lie between."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of `values`, which are one or more."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=_QUARTILES, method="inclusive")
    return Spread(median, low, high)


def save(part: str, measured: dict[str, Any], folder: Path = FOLDER) -> None:
    """Keep what was measured of a part, and on what it was."""
    folder.mkdir(exist_ok=True)
    content = {"machine": machine(), **_rounded(measured)}
    (folder / f"{part}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(part: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Return what was kept of a part; raise FileNotFoundError if it was never measured."""
    kept: dict[str, Any] = json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
    return kept


def machine() -> dict[str, Any]:
    """Return what absolute figures depend on; the load is that of all programs, ours included, a minute back."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _rounded(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return `value` with four digits to a number: more are noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value
