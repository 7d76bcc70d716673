"""`parity` against a service like the one before the move: its report and its exit codes."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.migration.conftest import Chain, Run
from tests.migration.sides import Service, asgi
from tools.local.sample import sample_rows
from tools.local.servers import bind, serving

BEFORE_THE_MOVE = frozenset({"/query/user", "/query/marketing", "/query/failures", "/failed"})


def old_rows() -> list[dict[str, Any]]:
    """Return the sample rows as the service before the move returned them, without ap_id."""
    known = [{name: value for name, value in row.items() if name != "ap_id"} for row in sample_rows()]
    return [{**row, "created_at": int(row["created_at"])} for row in known]


@pytest.fixture(scope="module")
def old_service() -> Iterator[Callable[..., str]]:
    """Give a function that starts a service like the one before the move, and returns its URL."""
    running = ExitStack()

    def start(**options: Any) -> str:  # noqa: ANN401  # arguments of Service
        application = asgi(Service(**{"rows": old_rows(), "names": BEFORE_THE_MOVE, "page": None, **options}))
        bound = bind("old service", "127.0.0.1", 0, option="")
        running.enter_context(serving(application, bound))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"

    with running:
        yield start


def parity(chain: Chain, old: str, *more: str) -> tuple[str, ...]:
    """Return the arguments of a comparison of an old service with the local stack."""
    sides = (f"--old={old}", f"--new={chain.public_url}", f"--new-api-key={chain.api_key}", "--rate=200")
    table = ("--table=notification-records", f"--endpoint-url={chain.dynamodb_url}", "--sample=40", "--confirm=0")
    fields = ("--ignore=ap_id", "--ignore=reason", "--no-old-paging", "--old-fail-path=/query/failures")
    return ("parity", *sides, *table, *fields, *more)


def test_parity_with_the_service_before_the_move(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """An old service without ap_id, reason and cursors, and with another path for failures, gives equal answers."""
    ended = run(*parity(chain, old_service()))
    assert 0 == ended.code, ended.out
    assert re.search(r"40 equal, 0 different, 0 failed; \d+ of 40 with rows on both sides\nSafe: both sides", ended.out)
    assert {"p50", "p95", "p99"} <= set(ended.out.split())


def test_parity_finds_what_the_move_changed(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """The exit code is 1, and the report lists the differences."""
    rows = [{**row, "status": "LOST"} if row.get("status") == "SENT" else row for row in old_rows()]
    ended = run(*parity(chain, old_service(rows=rows), "--json"))
    assert 1 == ended.code
    changes = [change for query in ended.report["not_equal"] for change in query["differences"]]
    assert {("LOST", "SENT")} == {(change["old"], change["new"]) for change in changes}


def test_parity_fails_without_a_service(run: Run, chain: Chain) -> None:
    """Without a connection to one side, every query fails."""
    ended = run(*parity(chain, "http://127.0.0.1:9", "--sample=2", "--json"))
    assert (1, 0, 2) == (ended.code, ended.report["equal"], ended.report["failed"])
    assert {"p50", "p95", "p99"} == ended.report["latency_ms"]["new"].keys()


def test_parity_with_a_wrong_key_is_no_success(run: Run, chain: Chain) -> None:
    """Both sides refuse alike; the report names the refusal and the exit code is 1."""
    sides = (f"--old={chain.public_url}", f"--new={chain.public_url}", "--rate=200", "--sample=3", "--json")
    source = ("--table=notification-records", f"--endpoint-url={chain.dynamodb_url}")
    ended = run("parity", *sides, *source, "--old-api-key=wrong", "--new-api-key=wrong")
    assert (1, 0, 3, 0) == (ended.code, *(ended.report[name] for name in ("equal", "failed", "with_rows")))
    failures = ended.report["not_equal"][0]["failures"]
    assert [f"{side}: refused with 403: check --{side}-api-key" for side in ("old", "new")] == [
        failure.partition(",")[0] for failure in failures
    ]


def test_parity_is_not_safe_above_the_p99(run: Run, chain: Chain, old_service: Callable[..., str]) -> None:
    """A new side over the acceptable p99 is not safe, even with equal answers."""
    ended = run(*parity(chain, old_service(), "--sample=2", "--max-p99-ms=0.001"))
    assert 1 == ended.code
    assert "Not safe: the new side's p99 is over 0.001 ms." in ended.out


def test_parity_without_queries_proves_nothing(run: Run, chain: Chain) -> None:
    """An empty file is not a success; no source or two sources are a mistake."""
    Path("queries").touch()
    sides = ("parity", f"--old={chain.service_url}", f"--new={chain.service_url}")
    empty = run(*sides, "--queries=queries")
    assert (3, True) == (empty.code, "Nothing is proven" in empty.out)
    nobody = {"path": "/query/user", "body": {"user_id": "nobody"}}
    Path("queries").write_text(json.dumps(nobody), encoding="utf-8")
    without_rows = run(*sides, "--queries=queries")
    assert 3 == without_rows.code
    assert "Nothing is proven: most queries have no rows; ask for ids that have.\n" in without_rows.out
    Path("queries").write_text("", encoding="utf-8")
    assert [2, 2] == [run(*sides, *more).code for more in ([], ["--queries=queries", "--access-log=queries"])]
