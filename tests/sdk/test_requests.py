"""Requests: the contract's bodies, ids and headers."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from generated_client.runtime import to_datetime, to_epoch_milliseconds
from tests.sdk.harness import RECORD, URL, Flavour, Script
from tools.contract.bundle import bundle, operations

QUERIES = {"query_user": "user_id", "query_marketing": "marketing_id", "query_fail": "transaction_id"}


def sent(script: Script) -> Any:  # noqa: ANN401  # any JSON
    """Return the last body."""
    return json.loads(script.requests[-1].content)


@pytest.mark.parametrize(("operation", "key"), QUERIES.items())
def test_each_operation_goes_to_its_path(flavour: Flavour, script: Script, operation: str, key: str) -> None:
    """By place or by name, with a size or without."""
    for arguments, body in (((), {}), ((5,), {"limit": 5}), ((None,), {})):
        flavour.run(script, lambda client, arguments=arguments: getattr(client, operation)("x", *arguments))
        assert {key: "x"} | body == sent(script)
    flavour.run(script, lambda client: getattr(client, operation)(**{key: "x", "limit": 5}))
    request = script.requests[-1]
    assert ("POST", f"{URL}/query/{operation.removeprefix('query_')}", {key: "x", "limit": 5}) == (
        request.method,
        str(request.url),
        sent(script),
    )
    assert "application/json" == request.headers["content-type"]


def test_clients_have_every_operation_that_is_not_deprecated(flavour: Flavour) -> None:
    """A method and a pager for each operation; none for deprecated ones, preflights, HEAD and the contract itself."""
    contract = operations(bundle("public"))
    called = {key: each for key, each in contract.items() if not key.startswith(("OPTIONS ", "HEAD "))}
    offered = {each["operationId"] for each in called.values() if not each.get("deprecated")} - {"openapi_document"}
    names = dir(flavour.client)
    assert offered == {
        each
        for each in names
        if each.startswith(("query_", "summarize_", "explain_", "preflight", "openapi")) or each == "health"
    }
    lists = {each for each in offered if each.startswith("query_")}
    assert {each.replace("query_", "iter_") for each in lists} | {"count_marketing"} <= set(names)


def test_all_filters_are_sent(flavour: Flavour, script: Script) -> None:
    """Lists may be anything that is iterated; one value may stand alone; datetimes become epoch milliseconds."""
    moment = datetime(2025, 11, 1, 12, 0, tzinfo=UTC)
    act = {"status": (each for each in ["FAILED", "SENT"]), "platform": "IOS", "ap_id": "a"}
    flavour.run(script, lambda client: client.query_user("u1", created_from=moment, created_to=moment, **act))
    millis = 1761998400000
    assert {
        "user_id": "u1",
        "status": ["FAILED", "SENT"],
        "platform": ["IOS"],
        "ap_id": "a",
        "created_from": millis,
        "created_to": millis,
    } == sent(script)


def test_an_argument_that_nobody_knows_is_refused(flavour: Flavour, script: Script) -> None:
    """A filter that the contract has not would else be left out in silence."""
    with pytest.raises(TypeError, match="no such argument: colour, size"):
        flavour.run(script, lambda client: client.query_user("u1", size=5, colour="red"))
    assert [] == script.requests


def test_members_of_the_enums_are_values(flavour: Flavour, script: Script) -> None:
    """And a value that is newer than the client can be asked for."""
    asked = [flavour.package.Status.FAILED, "BOUNCED"]
    flavour.run(script, lambda client: client.query_user("u1", status=asked, platform=flavour.package.Platform.IOS))
    assert (["FAILED", "BOUNCED"], ["IOS"]) == (sent(script)["status"], sent(script)["platform"])


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2025, 11, 1, 20, 0, tzinfo=timezone(timedelta(hours=8))), 1761998400000),
        (datetime(2025, 11, 1, 12, 0, 0, 1, tzinfo=UTC), 1761998400001),
        (datetime(2025, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC), 1761998400123),
        (1761998400123, 1761998400123),
        (None, None),
    ],
)
def test_moments_are_exact(moment: datetime | int | None, expected: int | None) -> None:
    """Between two milliseconds the later one counts, at both ends of a window: rows have whole ones."""
    assert expected == to_epoch_milliseconds(moment)


def test_naive_datetime_is_refused(flavour: Flavour, script: Script) -> None:
    """It could mean any of 24 hours."""
    with pytest.raises(ValueError, match="needs a time zone"):
        flavour.run(script, lambda client: client.query_user("u1", created_from=datetime(2025, 11, 1)))  # noqa: DTZ001  # so
    assert [] == script.requests


def test_time_of_a_record_is_an_aware_datetime(flavour: Flavour, script: Script) -> None:
    """To the millisecond, and back."""
    record = flavour.run(script, lambda client: client.query_user("u1")).items[0]
    assert datetime(2025, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC) == record.created_at_datetime
    assert record.created_at == to_epoch_milliseconds(record.created_at_datetime) == 1761998400123
    with pytest.raises(OverflowError):
        to_datetime(10**15)


def test_call_has_its_own_id_and_headers(flavour: Flavour, script: Script) -> None:
    """They override those of the client, in any case."""
    options = {"request_id": "report-1", "headers": {"X-Team": "call"}}
    flavour.run(script, lambda client: client.query_user("u1", **options), headers={"x-team": "client", "X-A": "a"})
    headers = script.requests[0].headers
    assert ("report-1", "call", "a") == (headers["x-request-id"], headers["x-team"], headers["x-a"])
    assert headers["user-agent"].startswith(f"{flavour.package.__name__.rpartition('.')[2]}/1.0.0 python/")


def test_records_and_pages_become_dicts(flavour: Flavour, script: Script) -> None:
    """The dict has the fields of the contract, as `json.dumps` and a data frame take them."""
    found = flavour.run(script, lambda client: client.query_user("u1"))
    assert {"items": [RECORD], "count": 1} == json.loads(json.dumps(found.to_dict()))
    assert RECORD == found.items[0].to_dict()


def test_fields_that_the_client_does_not_know_are_kept(flavour: Flavour, script: Script) -> None:
    """A newer service answers more; `to_dict()` and `unknown_fields` have it, at any depth."""
    answer = {"items": [RECORD | {"device": {"model": "p9"}}, RECORD], "count": 2, "region": "a", "searched_until": 7}
    script.answers = [httpx.Response(200, json=answer)]
    found = flavour.run(script, lambda client: client.query_user("u1"))
    assert answer == found.to_dict()
    assert ({"region": "a"}, 7) == (found.unknown_fields, found.searched_until)
    assert [{"device": {"model": "p9"}}, {}] == [record.unknown_fields for record in found]


def test_an_unset_field_is_left_out(flavour: Flavour, script: Script) -> None:
    """`null` and an absent field are the same."""
    script.answers = [httpx.Response(200, json={"items": [RECORD | {"reason": None}], "count": 1})]
    found = flavour.run(script, lambda client: client.query_user("u1"))
    assert RECORD == found.items[0].to_dict()
