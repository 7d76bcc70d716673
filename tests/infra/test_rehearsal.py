"""The whole move on an account that serves traffic: the commands of docs/migration.md, in order, with the ways back.

| asserted | where |
|---|---|
| the old path's function, logs, keys, plans and tables stay; roll-backs restore all | moto, after each block |
| nothing that holds data is replaced or destroyed | `read-plan`, in the blocks themselves |
| no request is lost; who answers at 0, 5, 50 and 100 % | the front of tests/migration/front.py, old and new side |
| what a canary does to a stage | moto with tests/moto_canary.py, by AWS's documentation |
| an apply that ends half way is gone on with | moto, with a name that somebody else has taken |
| the checks pass, rows get an `ap_id` and nothing else changes, both sides answer alike | moto and both sides |
| images | not run: the blocks with Docker are parsed, and what ECS does is said to moto |
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infra.rehearsal import Rehearsal, rehearsing
from tests.migration.steps import Block, blocks, parsed

MOVE, DOCKER, BACK, CHECK, LOCAL = "move", "docker", "back", "check", "local"
TAKEN = "query-service-execution"  # a name of Terraform's, in the middle of the apply
# The steps of the document, and for each way back the step whose beginning it restores.
STEPS = ("compare", "repository", "apply", "start", "raise", "promote", "hand over")
BACK_TO = {"repository": "repository", "apply": "apply", "start": "start", "raise": "raise", "promote": "start"}


@pytest.fixture
def rehearsal(packages: Path, terraform: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:  # noqa: ARG001  # skips
    """Build the account before the move, both sides, and callers."""
    if shutil.which("aws") is None:
        pytest.skip("NOT TESTED: the rehearsal of the move: there is no aws on this machine")
    with rehearsing(packages, tmp_path_factory) as made:
        yield made


@pytest.mark.timeout(3_600)
def test_the_move_runs_from_the_document(rehearsal: Rehearsal) -> None:
    """Each step, its way back, and the step again; callers notice nothing, and the account ends clean."""
    page = blocks("migration.md")
    others = {DOCKER: assert_parsed, CHECK: check, LOCAL: fill}
    steps = dict(zip(STEPS, [block for block in page if block.kind == MOVE], strict=True))
    began: dict[str, dict[str, Any]] = {}
    for block in page:
        if block.kind in others:
            others[block.kind](rehearsal, block)
        elif block.kind == MOVE:
            step = STEPS[len(began)]
            began[step] = rehearsal.state()
            if step == "apply":
                end_half_way(rehearsal, block)
            take(rehearsal, step, block)
        else:
            begin = BACK_TO[list(began)[-1]]
            rehearsal.run(block)
            assert_restored(began[begin], rehearsal.state())
            for step in STEPS[STEPS.index(begin) : len(began)]:
                take(rehearsal, step, steps[step])
    rehearsal.callers.stop()
    assert {200} == {status for _, status in rehearsal.callers.answers}
    assert {"old", "new"} == {side for side, _ in rehearsal.callers.answers}
    plan = rehearsal.shell.run(f"terraform -chdir=infra/terraform plan -detailed-exitcode {variables()}")
    assert 0 == plan.returncode, plan.stdout[-3000:]
    assert_clean(rehearsal)


def assert_clean(rehearsal: Rehearsal) -> None:
    """Assert that the account has the callers' API, the internal one and no third, and that the new side answers."""
    apis = rehearsal.names()["apis"]
    assert 2 == len(apis)
    assert rehearsal.account.api_id in apis
    assert {"new"} == rehearsal.asked(5)


def assert_parsed(_: Rehearsal, block: Block) -> None:
    """Assert that bash understands a block that is not run."""
    assert [] == list(parsed(block.code))


def end_half_way(rehearsal: Rehearsal, block: Block) -> None:
    """Run a step while somebody else has one of the names: it says which, and the old path is as it was."""
    iam = rehearsal.account.client("iam")
    before = rehearsal.account.state()
    iam.create_role(RoleName=TAKEN, AssumeRolePolicyDocument="{}")
    done = rehearsal.shell.run(block.code)
    assert 0 != done.returncode
    assert f"Role with name {TAKEN} already exists" in done.stdout
    assert_old_path(before, rehearsal.account.state(), {"notification-records"})
    iam.delete_role(RoleName=TAKEN)


def check(rehearsal: Rehearsal, block: Block) -> None:
    """Run checks or a comparison: they succeed, and change nothing."""
    before = (rehearsal.state(), rehearsal.rows())
    output = rehearsal.run(block)
    assert "✗" not in output
    assert ("Safe: both sides answer alike." in output) == ("parity" in block.code)
    assert before == (rehearsal.state(), rehearsal.rows())


def fill(rehearsal: Rehearsal, block: Block) -> None:
    """Run a back-fill, no other local block: each row gets an `ap_id`, but not by a dry run; nothing else changes."""
    if "backfill-ap-id" not in block.code:
        return
    before, state = rehearsal.rows(), rehearsal.state()
    rehearsal.run(block)
    after = rehearsal.rows()
    assert state == rehearsal.state()
    if "--dry-run" in block.code:
        assert before == after
        return
    assert all("ap_id" in row for rows in after.values() for row in rows)
    assert [without_ap_id(rows) for rows in before.values()] == [without_ap_id(rows) for rows in after.values()]


def without_ap_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows as the old handler reads them."""
    return [{name: value for name, value in row.items() if name != "ap_id"} for row in rows]


def take(rehearsal: Rehearsal, step: str, block: Block) -> None:
    """Run a step, and assert what it may change of the old path, and who answers."""
    before = rehearsal.account.state()
    output = rehearsal.run(block)
    after = rehearsal.account.state()
    allowed = {
        "apply": {"notification-records"},  # the added index alone, below
        "start": {"stage", "methods"},
        "raise": {"stage"},
        "promote": {"stage"},
        "hand over": {"stage", "methods"},
    }.get(step, set())
    assert_old_path(before, after, allowed)
    stages = {name for name in after["stage"] if before["stage"].get(name) != after["stage"][name]}
    if step == "compare":
        assert "GET /query/user: is not in the contract" in output
    elif step == "start":
        assert {"canarySettings"} == stages
        assert_plan_leaves_the_stage(rehearsal)
    elif step == "raise":
        assert_no_continuation_begins_again(rehearsal)
    elif step == "promote":
        assert "canarySettings" not in after["stage"]
        assert {"new"} == rehearsal.asked(5)
    elif step == "apply":
        assert "Nothing that holds data or serves callers is replaced or destroyed." in output
        assert {"old"} == rehearsal.asked(5)
        rehearsal.start_tasks()


def assert_old_path(before: dict[str, Any], after: dict[str, Any], allowed: set[str]) -> None:
    """Assert that the step changed only what it is meant to; of a table, the added index alone."""
    assert allowed >= {part for part in before if before[part] != after[part]}
    table, now = before["notification-records"], after["notification-records"]
    assert {"GlobalSecondaryIndexes", "AttributeDefinitions"} >= {name for name in now if table.get(name) != now[name]}


def assert_restored(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Assert that a roll-back left all as it was."""
    different = {part: (before[part], after[part]) for part in before if before[part] != after[part]}
    assert {} == different


def assert_plan_leaves_the_stage(rehearsal: Rehearsal) -> None:
    """Assert that a plan during the canary changes nothing at all: an apply moves no traffic."""
    plan = rehearsal.shell.run(f"terraform -chdir=infra/terraform plan -detailed-exitcode {variables()}")
    assert 0 == plan.returncode, plan.stdout[-3000:]


def variables() -> str:
    """Return the options of a plan, as the document has them."""
    return '-var-file=environments/prod.tfvars -var="image_uri=$IMAGE"'


def assert_no_continuation_begins_again(rehearsal: Rehearsal) -> None:
    """At 50 %, callers who send no cursor get the same first rows of either side; a cursor would begin again."""
    answers = [rehearsal.ask(limit=3) for _ in range(30)]
    assert {"old", "new"} == {answer.headers["x-side"] for answer in answers}
    keys = {tuple((row["user_id"], row["created_at"]) for row in answer.json()["items"]) for answer in answers}
    assert 1 == len(keys)
    new = next(answer for answer in answers if answer.headers["x-side"] == "new")
    cursor = new.json()["next_cursor"]
    pages = [rehearsal.ask(limit=3, cursor=cursor) for _ in range(30)]
    first = new.json()["items"][0]["created_at"]
    begins = {page.headers["x-side"]: page.json()["items"][0]["created_at"] == first for page in pages}
    assert {"old": True, "new": False} == begins  # why the document asks callers to send none


def test_both_documents_have_the_same_steps() -> None:
    """The Chinese page has the same blocks; the steps are those of the rehearsal."""
    page = blocks("migration.md")
    assert page == blocks("migration.zh-TW.md")
    assert len(STEPS) == sum(block.kind == MOVE for block in page)
    assert len(BACK_TO) == sum(block.kind == BACK for block in page)


def test_the_docker_blocks_are_parsed() -> None:
    """They are not run here."""
    found = [block for block in blocks("migration.md") if block.kind == DOCKER]
    assert 1 == len(found)
    assert re.search(r"^docker push", found[0].code, re.MULTILINE)
    assert [] == [wrong for block in found for wrong in parsed(block.code)]
