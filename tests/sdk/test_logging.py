"""Logs of the clients: enough to find a call, and none of its content."""

import logging

import httpx
import pytest

from tests.sdk.harness import RECORD, Flavour, Script, page, problem


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_log_holds_neither_bodies_nor_keys_nor_cursors(
    flavour: Flavour, script: Script, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    """At no level, of no hop's words."""
    marked = {
        "next_cursor": "MARKED",
        "items": [RECORD | {"user_id": "MARKED"}],
    }
    script.answers = [problem(503, detail="MARKED", title="MARKED", code="MARKED"), page(**marked), httpx.Response(400)]
    script.answers[0].headers["X-Request-Id"] = "MARKED"  # type: ignore[union-attr]  # a response
    caplog.set_level(level)
    headers = {"x-api-key": "MARKED", "authorization": "MARKED"}
    flavour.run(script, lambda client: client.query_user("MARKED", cursor="MARKED"), headers=headers)
    with pytest.raises(flavour.errors.BadRequestError):
        flavour.run(script, lambda client: client.query_user("MARKED", headers=headers))
    assert "MARKED" not in caplog.text
    assert caplog.records


def test_retry_is_told_with_what_is_needed_to_find_it(
    flavour: Flavour, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    """The operation, the reason, the wait and the id, under the name of the package."""
    script.answers = [httpx.Response(503), httpx.ConnectError("no")]
    name = flavour.package.__name__.rpartition(".")[2]
    caplog.set_level(logging.INFO, logger=name)
    flavour.run(script, lambda client: client.query_user("u1", request_id="id-1"))
    assert [
        (name, "query_user: 503; retry 1 in 0.100 s (request id id-1)"),
        (name, "query_user: ApiConnectionError; retry 2 in 0.200 s (request id id-1)"),
    ] == [(record.name, record.message) for record in caplog.records if record.name == name]
