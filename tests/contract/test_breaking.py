"""Each edit of a contract is classified as breaking or additive, under its operation and field."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.breaking_edits import BREAKING
from tests.contract.edits import FIELDS, SCHEMAS, TRACE, USER, Edit, edited
from tests.contract.harmless_edits import HARMLESS
from tools.contract.breaking.change import Change
from tools.contract.breaking.documents import compare
from tools.contract.breaking.released import for_consumers, released
from tools.contract.bundle import NAMES
from tools.contract.lint import check
from tools.contract.rules.structure import FIRST_RULES

Contracts = dict[str, dict[str, Any]]
# Taking these edits back breaks nobody.
BOTH_WAYS: Final = {"deprecation announced", "known value added", "description", "summary", "new example"}
TREE: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "below": {"$ref": "#/components/schemas/Tree"}},
}


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    """Return both contracts without the extensions of their deployment."""
    return {name: for_consumers(name) for name in NAMES}


def found(changes: Iterable[Change], *, breaking: bool) -> set[tuple[str, str]]:
    """Return the operation and the field of each change; a new or removed status counts as a field."""
    return {
        (change.operation, change.field or change.status * change.sentence.startswith("is "))
        for change in changes
        if change.breaking == breaking
    }


@pytest.mark.parametrize("edit", BREAKING, ids=lambda edit: edit.name)
def test_a_breaking_edit_is_found_under_its_operation_and_field(contracts: Contracts, edit: Edit) -> None:
    """Requests may only become more lenient, answers only stricter."""
    document = contracts[edit.contract]
    changes = compare(document, edited(document, edit.edits))
    assert (edit.operation, edit.field) in found(changes, breaking=True)


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.name)
def test_a_harmless_edit_passes_and_is_listed(contracts: Contracts, edit: Edit) -> None:
    """Additions are not breaking, and each one is listed."""
    document = contracts[edit.contract]
    changes = compare(document, edited(document, edit.edits))
    assert set() == found(changes, breaking=True)
    assert (edit.operation, edit.field) in found(changes, breaking=False)


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.name)
def test_taking_an_addition_back_breaks(contracts: Contracts, edit: Edit) -> None:
    """The reverse of an addition is breaking, except for descriptions."""
    document = contracts[edit.contract]
    changes = compare(edited(document, edit.edits), document)
    lost = set() if edit.name in BOTH_WAYS else {(edit.operation, edit.field)}
    assert lost <= found(changes, breaking=True)
    assert bool(lost) == bool(found(changes, breaking=True))


def test_an_equivalent_schema_is_not_a_change(contracts: Contracts) -> None:
    """A field may move into a component."""
    limit = contracts["public"]["components"]["schemas"]["QueryUserRequest"]["properties"]["limit"]
    again = {SCHEMAS + "/Limit": limit, FIELDS + "/limit": {"$ref": "#/components/schemas/Limit"}}
    assert [] == compare(contracts["public"], edited(contracts["public"], again))


def test_a_schema_may_be_recursive(contracts: Contracts) -> None:
    """A recursive schema is compared at its root and one level below."""
    below = {FIELDS + "/tree": {"$ref": "#/components/schemas/Tree"}}
    old = edited(contracts["public"], {SCHEMAS + "/Tree": TREE, **below})
    new = edited(old, {SCHEMAS + "/Tree/properties/name/maxLength": 10})
    assert {"tree.name"} == {field for _, field in found(compare(old, new), breaking=True)}


def test_a_range_is_compared_with_a_new_status(contracts: Contracts) -> None:
    """A new 409 is compared with `4XX`, or with `default`."""
    wide = {"description": "Refused.", "content": {"application/json": {"schema": {"type": "string"}}}}
    narrow = edited(wide, {"/content/application~1json/schema/type": "integer"})
    for known in ("4XX", "default"):
        old = edited(contracts["public"], {USER + "/responses": {known: wide}})
        new = edited(old, {USER + "/responses/409": narrow})
        sentences = {(change.status, change.sentence) for change in compare(old, new)}
        assert {("409", "type was string, is integer")} == sentences


def test_a_parameter_may_move_to_its_path(contracts: Contracts) -> None:
    """A parameter of the path belongs to all of its operations; header names are case-insensitive."""
    moved = {
        "/paths/~1query~1user/parameters": [TRACE | {"name": "x-trace"}],
        USER + "/parameters": [{"$ref": "#/components/parameters/XRequestId"}],
    }
    trace = {
        USER + "/parameters": [*moved[USER + "/parameters"], TRACE],
        USER.replace("/post", "/options") + "/parameters": [TRACE],
    }
    assert [] == compare(edited(contracts["public"], trace), edited(contracts["public"], moved))


def test_an_unknown_keyword_is_breaking(contracts: Contracts) -> None:
    """The check refuses changes that it cannot judge."""
    changes = compare(contracts["public"], edited(contracts["public"], {FIELDS + "/limit/readOnly": True}))
    assert {("POST /query/user (query_user)", "limit")} == found(changes, breaking=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_has_not_changed_against_itself(contracts: Contracts, name: str) -> None:
    """Without an edit there is no finding."""
    assert [] == compare(contracts[name], contracts[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_release_is_openapi_and_names_nothing_of_a_deployment(name: str, release: Path) -> None:
    """Any tool can read a release; it has no ids, policies or integrations of a deployment."""
    document = released(name, release)
    assert [] == list(check(document, name, FIRST_RULES))
    assert "${" not in str(document)
    assert "x-amazon-apigateway-integration" not in str(document)


@pytest.mark.parametrize("name", NAMES)
def test_no_consumer_of_the_release_breaks(name: str, contracts: Contracts, release: Path) -> None:
    """The contracts are compatible with their release (`make breaking` lists the changes)."""
    assert [] == [change for change in compare(released(name, release), contracts[name]) if change.breaking]
