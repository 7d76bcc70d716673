"""The tests are sorted into `make test`, `make check` and `make judge`."""

from pathlib import Path

import pytest

from tests.tiers import TIERS, tier

pytest_plugins = ("pytester",)

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", [path for paths in TIERS.values() for path in paths])
def test_each_path_of_a_tier_exists(path: str) -> None:
    """A renamed file cannot slip into another tier."""
    assert (ROOT / path.partition("::")[0]).exists()


@pytest.mark.parametrize(
    ("node_id", "expected"),
    [
        ("tests/unit/common/test_trace.py::test_a_rule", None),
        ("tests/infra/test_iam.py::test_a_rule[with a value]", "slow"),
        ("tests/migration/test_backfill_kills.py::test_each_row_is_written_once", "judge"),
        ("tests/migration/test_docs.py::test_the_rehearsal_runs_on_a_laptop", "judge"),
        ("tests/migration/test_docs.py::test_the_rehearsal_runs_on_a_laptop_too", "slow"),
    ],
)
def test_the_longest_path_decides(node_id: str, expected: str | None) -> None:
    """A file or a test can be in another tier than its folder."""
    assert expected == tier(node_id)


def test_pytest_alone_runs_the_fast_tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole run takes them alone; a run of a named folder takes all."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(**{"tests/unit/test_fast": "def test(): pass", "tests/infra/test_slow": "def test(): pass"})
    pytester.makeini("[pytest]\nmarkers = slow")
    for arguments, passed in (
        ((), 1),
        (("tests/infra",), 1),
        (("tests/infra", "tests/unit"), 2),
        (("-m", "slow", "tests"), 1),
    ):
        pytester.runpytest_subprocess("-p", "tests.tiers", *arguments).assert_outcomes(passed=passed, deselected=None)
