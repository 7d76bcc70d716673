"""Arguments in the types of other libraries: taken, or refused by a ConfigurationError that names the argument."""

import asyncio
import json
import logging
import uuid
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, get_args

import pytest

from generated_client.query_service_client import client
from tests.sdk.harness import RECORD, Flavour, Script, page
from tools.contract.bundle import bundle

MILLISECONDS = 1_761_998_400_123


class Integer:
    """An integer that is no int, as `numpy.int64`."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        """Return the int."""
        return self.value


class Text(str):
    """A string that is more than one, as `numpy.str_`."""

    __slots__ = ()


class State(str, Enum):  # noqa: UP042  # as callers have them
    """An enumeration of the caller's own, whose `str()` is its name."""

    BAD = "FAILED"


class NotATime(datetime):
    """What pandas has for a missing time: a datetime that equals nothing."""

    __hash__ = None  # type: ignore[assignment]  # as pandas has it

    def __eq__(self, other: object) -> bool:
        """Be equal to nothing."""
        return False

    def __ne__(self, other: object) -> bool:
        """Differ from everything."""
        return True


def test_values_of_other_libraries_are_taken(flavour: Flavour, script: Script) -> None:
    """Integers and strings of NumPy and pandas, UUIDs, and enumerations."""
    request_id, user = uuid.UUID(int=1), uuid.UUID(int=2)
    options: Any = {
        "limit": Integer(7),
        "created_from": Integer(MILLISECONDS),
        "ap_id": Text("app"),
        "status": iter([State.BAD, Text("SENT")]),
        "platform": State.BAD,
        "request_id": request_id,
    }
    flavour.run(script, lambda client: client.query_user(user, **options))
    expected = {
        "user_id": str(user),
        "limit": 7,
        "created_from": MILLISECONDS,
        "ap_id": "app",
        "status": ["FAILED", "SENT"],
        "platform": ["FAILED"],
    }
    assert expected == json.loads(script.requests[0].content)
    assert str(request_id) == script.requests[0].headers["x-request-id"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("user_id", 1, "a str or a UUID, not int"),
        ("user_id", float("nan"), "a str or a UUID, not float"),
        ("user_id", b"u1", "a str or a UUID, not bytes"),
        ("limit", 1.0, "a whole number, not float"),
        ("limit", "10", "a whole number, not str"),
        ("status", 1, "a str, or a list of them, not int"),
        ("status", ["FAILED", float("nan")], "a str or a UUID, not float"),
        ("cursor", 1, "a str or a UUID, not int"),
        ("created_from", 1.5e12, "a datetime or epoch milliseconds, not float"),
        ("created_from", "2025-11-01", "a datetime or epoch milliseconds, not str"),
        ("created_to", date(2025, 11, 1), "a datetime or epoch milliseconds, not date"),
        ("created_to", NotATime(2025, 11, 1, tzinfo=UTC), "not a time"),
        ("created_to", datetime(2025, 11, 1), "a datetime needs a time zone"),  # noqa: DTZ001  # the mistake
        ("created_from", 1_761_998_400, "looks like seconds: multiply by 1000"),
        ("created_to", Integer(1_761_998_400), "looks like seconds: multiply by 1000"),
    ],
)
def test_value_that_is_none_is_refused(
    flavour: Flavour,
    script: Script,
    *,
    name: str,
    value: Any,  # noqa: ANN401  # wrong ones
    reason: str,
) -> None:
    """Nothing is sent, and the message names the argument."""
    options = {"user_id": "u1", name: value}
    with pytest.raises(flavour.errors.ConfigurationError, match=f"^{name}.*{reason}"):
        flavour.run(script, lambda client: client.query_user(**options))
    assert [] == script.requests


@pytest.mark.parametrize("moment", [0, 1, 10**8 - 1, 10**11, MILLISECONDS])
def test_milliseconds_are_taken_as_they_are(flavour: Flavour, script: Script, moment: int) -> None:
    """The beginning of time too, for all records."""
    flavour.run(script, lambda client: client.query_user("u1", created_from=moment))
    assert moment == json.loads(script.requests[0].content)["created_from"]


@pytest.mark.parametrize("character", ["\u200b", "\u2068", "\ufeff", "\u00a0", "\u3000"])
def test_invisible_character_in_an_id_is_named(
    flavour: Flavour, script: Script, caplog: pytest.LogCaptureFixture, character: str
) -> None:
    """People copy it unseen. It is sent, since a stored id may hold it; the id itself stays out of the log."""
    with caplog.at_level(logging.WARNING, "query_service_client"):
        flavour.run(script, lambda client: client.query_user(f"u{character}1", transaction_id="tx_é"))
    assert [f"user_id holds an invisible character: U+{ord(character):04X}"] == caplog.messages
    assert f"u{character}1" == json.loads(script.requests[0].content)["user_id"]


def test_pager_gives_its_items_one_by_one(flavour: Flavour, script: Script) -> None:
    """`next(pager)` takes one; a loop goes on from there, and the loop after it starts over."""

    async def walk(pager: Any) -> list[int]:  # noqa: ANN401  # a pager
        first = [await anext(pager)]
        return [len(first), len([each async for each in pager]), len([each async for each in pager])]

    def act(client: Any) -> Any:  # noqa: ANN401  # any of the clients
        pager = client.iter_user("u1", page_size=3)
        return walk(pager) if flavour.is_async else [len([next(pager)]), len(list(pager)), len(list(pager))]

    script.answers = [*pages_of(3), *pages_of(3)]
    assert [1, 2, 3] == flavour.run(script, act)


def test_pager_without_items_has_no_next_one(flavour: Flavour, script: Script) -> None:
    """As any iterator; a default is possible."""
    script.answers = pages_of(0)
    client = flavour.open(script)
    if flavour.is_async:
        assert "none" == asyncio.run(_first(client.iter_user("u1")))
    else:
        assert "none" == next(client.iter_user("u1"), "none")


async def _first(pager: Any) -> Any:  # noqa: ANN401  # a pager
    return await anext(pager, "none")


def pages_of(records: int) -> list[Any]:
    """Return one page with a number of records."""
    return [page(items=[RECORD] * records, count=records)]


def test_editors_offer_the_known_values_of_a_filter() -> None:
    """Those of the contract; any other text is of the type too."""
    for name, lists in (("StatusValue", "Status"), ("PlatformValue", "Platform"), ("ReasonValue", "Reason")):
        literal, other = get_args(getattr(client, name))
        known = bundle("public")["components"]["schemas"][lists]["x-extensible-enum"]
        assert (sorted(known), str) == (sorted(get_args(literal)), other)
