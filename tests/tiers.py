"""A pytest plugin: which tests run in `make test`, which in `make check` and which in `make judge`.

Tests are fast unless a path below names them. `-m` selects by the markers; without it, a run of the whole suite
takes the fast tests alone, and a run of named files or folders takes all tests in them.
"""

from typing import Final

import pytest

# Files, folders or single tests. `slow`: part of `make check`; they start processes, compilers or a browser.
# `judge`: part of `make judge`; they take minutes.
TIERS: Final[dict[str, tuple[str, ...]]] = {
    "slow": (
        "tests/bench",
        "tests/browser",
        "tests/contract/test_contributing.py::test_its_change_reaches_every_part",
        "tests/contract/test_fuzz.py",
        "tests/contract/test_import_rules.py",
        "tests/faults",
        "tests/infra",
        "tests/integration",
        "tests/migration",
        "tests/sdk/test_answer_commands.py",
        "tests/sdk/test_export.py",
        "tests/sdk/test_assistants.py",
        "tests/sdk/test_output.py",
        "tests/sdk/test_processes.py",
        "tests/sdk/test_profiles.py",
        "tests/sdk/test_readmes.py",
        "tests/sdk/test_tables.py",
        "tests/sdk/test_types.py",
        "tests/sdk/test_typescript.py",
        "tests/sdk/test_wheels.py",
        "tests/unit/common/test_log_scan.py",
        "tests/unit/test_tiers.py::test_pytest_alone_runs_the_fast_tests",
    ),
    "judge": (
        "tests/attacks",
        "tests/contract/test_consumers.py",
        "tests/contract/test_importers.py",
        "tests/contract/test_prism.py",
        "tests/contract/test_released.py",
        "tests/contract/test_schemathesis.py",
        "tests/infra/test_chain.py",
        "tests/infra/test_rehearsal.py::test_the_move_runs_from_the_document",
        "tests/migration/test_docs.py::test_the_rehearsal_runs_on_a_laptop",
        "tests/migration/test_backfill_kills.py",
        "tests/sdk/test_export_kills.py",
        "tests/sdk/test_ranges.py",
    ),
}


def tier(node_id: str) -> str | None:
    """Return the marker of a test; the longest path that names it decides."""
    named = [(len(path), name) for name, paths in TIERS.items() for path in paths if _below(node_id, path)]
    return max(named)[1] if named else None


def _below(node_id: str, path: str) -> bool:
    return node_id.startswith(path) and node_id[len(path) :][:1] in {"", "/", ":", "["}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests, and leave out the slow ones if the run selects nothing."""
    fast, others = [], []
    for item in items:
        if marker := tier(item.nodeid):
            item.add_marker(marker)
        (others if marker else fast).append(item)
    if others and not config.option.markexpr and _runs_everything(config):
        config.hook.pytest_deselected(items=others)
        items[:] = fast


def _runs_everything(config: pytest.Config) -> bool:
    whole = {config.rootpath, config.rootpath / "tests"}
    return {(config.invocation_params.dir / name).resolve() for name in config.args} <= whole
