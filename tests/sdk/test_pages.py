"""Pagers: all pages, lazily, from any cursor on, and never in a circle."""

import asyncio
import json
import pickle
from typing import Any

import httpx
import pytest

from tests.sdk.harness import FLAVOURS, RECORD, Flavour, Script, page

WALKS = {"iter_user": "user_id", "iter_marketing": "marketing_id", "iter_fail": "transaction_id"}


def pages(*cursors: str | None) -> list[Any]:
    """Return pages of two records, followed by these cursors."""
    return [
        page(
            items=[RECORD | {"transaction_id": f"{number}.{each}"} for each in range(2)],
            count=2,
            **({} if cursor is None else {"next_cursor": cursor}),
        )
        for number, cursor in enumerate(cursors)
    ]


def asked(script: Script) -> list[Any]:
    """Return the cursor of each request."""
    return [json.loads(request.content).get("cursor") for request in script.requests]


@pytest.mark.parametrize(("walk", "key"), WALKS.items())
def test_all_pages_are_walked(flavour: Flavour, script: Script, walk: str, key: str) -> None:
    """In order, with the same filters, in the largest pages."""
    script.answers = pages("a", "b", None)
    platforms = iter(["IOS"])
    found = flavour.run(script, lambda client: getattr(client, walk)("x", platform=platforms))
    assert ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"] == [record.transaction_id for record in found]
    largest = 100 if walk == "iter_user" else 1_000
    expected = [{key: "x", "limit": largest, "platform": ["IOS"]}] * 3
    bodies = [json.loads(request.content) for request in script.requests]
    assert [None, "a", "b"] == [body.pop("cursor", None) for body in bodies]
    assert expected == bodies


def walked(flavour: Flavour, script: Script, records: int) -> Any:  # noqa: ANN401  # a pager
    """Return a pager of which some records were taken."""

    async def take(pager: Any) -> None:  # noqa: ANN401  # a pager
        stream = aiter(pager)
        for _ in range(records):
            await anext(stream)

    def act(client: Any) -> Any:  # noqa: ANN401  # any of the clients
        held.append(client.iter_user("u1"))
        if flavour.is_async:
            return take(held[0])
        stream = iter(held[0])
        for _ in range(records):
            next(stream)
        return None

    held: list[Any] = []
    flavour.run(script, act)
    return held[0]


@pytest.mark.parametrize(("records", "requests"), [(0, 0), (1, 1), (2, 1), (3, 2)])
def test_pages_are_asked_for_when_they_are_wanted(
    flavour: Flavour, script: Script, *, records: int, requests: int
) -> None:
    """Who stops early has not paid for the rest, and can go on at the page that was being read."""
    script.answers = pages("a", "b", None)
    pager = walked(flavour, script, records)
    assert (requests, "a" if requests > 1 else None) == (len(script.requests), pager.cursor)


def test_walk_that_broke_off_goes_on_at_its_cursor(flavour: Flavour, script: Script) -> None:
    """Nothing is left out, and nothing of earlier pages comes again."""
    script.answers = [*pages("a"), httpx.Response(500)]
    held: list[Any] = []

    def act(client: Any) -> Any:  # noqa: ANN401  # any of the clients
        held.append(client.iter_user("u1"))
        return held[0]

    with pytest.raises(flavour.errors.InternalServerError):
        flavour.run(script, act)
    script.answers = pages(None)
    flavour.run(script, lambda client: client.iter_user("u1", cursor=held[0].cursor))
    assert [None, "a", "a"] == asked(script)


def test_walk_can_be_repeated(flavour: Flavour, script: Script) -> None:
    """Each iteration begins where the first one did."""
    script.answers = pages("a", None, "a", None)

    def act(client: Any) -> Any:  # noqa: ANN401  # any of the clients
        pager = client.iter_user("u1")
        if not flavour.is_async:
            return len(list(pager)) + len(list(pager))

        async def both() -> int:
            return len([each async for each in pager]) + len([each async for each in pager])

        return both()

    assert 8 == flavour.run(script, act)


def test_only_a_page_of_a_client_has_a_next_one(flavour: Flavour, script: Script) -> None:
    """A page that was copied or stored has its data, and says what it lacks."""
    script.answers = pages("a")
    found = flavour.run(script, lambda client: client.query_user("u1"))
    stored = pickle.loads(pickle.dumps(found))  # noqa: S301  # our own bytes
    assert (found, found.to_dict()) == (stored, stored.to_dict())
    with pytest.raises(flavour.errors.ConfigurationError, match="next_page"):
        flavour.run(script, lambda _: stored.next_page())


def test_options_hold_for_every_page(flavour: Flavour, script: Script) -> None:
    """A walk under one id can be found as a whole."""
    script.answers = pages("a", None)
    flavour.run(script, lambda client: client.iter_user("u1", request_id="walk-1", headers={"x-a": "a"}))
    assert [("walk-1", "a")] * 2 == [(each.headers["x-request-id"], each.headers["x-a"]) for each in script.requests]


def test_two_walks_do_not_disturb_each_other(script: Script) -> None:
    """Each has a place of its own."""
    flavour = FLAVOURS["async"]
    script.answers = [lambda request: pages(*(["a"] if b"cursor" not in request.content else [None]))[0]] * 4

    async def both() -> list[int]:
        async def one(user_id: str) -> int:
            return len([each async for each in client.iter_user(user_id)])

        async with flavour.open(script) as client:
            return list(await asyncio.gather(one("u1"), one("u2")))

    assert [4, 4] == asyncio.run(both())
