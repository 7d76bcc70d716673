"""How values and times are written on the command line, and the commands by their words; in this process."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import typer

from generated_client.query_service_client._cli.choices import chosen, completer
from generated_client.query_service_client._cli.moments import moment

STATUS = ["SENT", "DELIVERED", "FAILED"]
TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.fixture(params=["Asia/Taipei", "America/New_York", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """Let this process be in a time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2025-11-01", datetime(2025, 11, 1)),  # noqa: DTZ001  # the zone is the fixture's
        ("2025-07-01T12:30", datetime(2025, 7, 1, 12, 30)),  # noqa: DTZ001  # as above
        ("2025-07-01 12:30:15", datetime(2025, 7, 1, 12, 30, 15)),  # noqa: DTZ001  # as above
    ],
)
def test_days_and_times_are_local(zone: ZoneInfo, text: str, local: datetime) -> None:
    """Or in UTC where that is asked for."""
    assert local.replace(tzinfo=zone) == moment(text, None, "--since")
    assert local.replace(tzinfo=UTC) == moment(text, UTC, "--since")


@pytest.mark.parametrize("text", ["2025-11-01T00:00:00Z", "2025-11-01T08:00:00+08:00", "1761955200000"])
def test_moment_with_an_offset_is_the_same_everywhere(zone: ZoneInfo, text: str) -> None:
    """Local time has no part in it."""
    assert datetime(2025, 11, 1, tzinfo=UTC) == moment(text, None, "--since") == moment(text, zone, "--since")


@pytest.mark.parametrize("text", ["2d", "2D", "2 days", "2 days ago", "48h", "48 hours ago", "2880 min ago"])
def test_time_ago_is_written_in_several_ways(text: str) -> None:
    """Two days before now."""
    before = datetime.now(UTC)
    found = moment(text, None, "--since")
    assert before <= found + timedelta(days=2) <= datetime.now(UTC)


@pytest.mark.parametrize(("text", "days"), [("today", 0), ("Yesterday", 1)])
def test_day_begins_at_midnight(zone: ZoneInfo, text: str, days: int) -> None:
    """Of the local day."""
    before, found, after = datetime.now(zone), moment(text, None, "--since"), datetime.now(zone)
    assert found.astimezone(zone).replace(tzinfo=None) in {
        datetime.combine(day.date() - timedelta(days=days), datetime.min.time()) for day in (before, after)
    }


@pytest.mark.parametrize(
    "text", ["", "soon", "1761955200", "99999999w", "999999w", "2025-13-01", "٢d", "2d ago ago"]
)  # another digit
def test_what_is_no_time_is_refused(text: str) -> None:
    """Ten digits are seconds, which the service would take for a day in 1970."""
    with pytest.raises(typer.BadParameter, match="is not a valid time: write 2d"):
        moment(text, None, "--since")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ([], None),
        (["failed"], ["FAILED"]),
        (["Sent, failed", "SENT"], ["SENT", "FAILED"]),
    ],
)
def test_known_values_are_taken_in_any_case(given: list[str], sent: list[str] | None) -> None:
    """Separated by commas, or given one after another."""
    said: list[str] = []
    assert (sent, []) == (chosen("--status", given, STATUS, said.append), said)


@pytest.mark.parametrize(
    ("value", "hint"), [("FAILD", "did you mean FAILED?"), ("BOUNCED", "known are SENT, DELIVERED, FAILED")]
)
def test_unknown_value_is_asked_for_with_a_warning(value: str, hint: str) -> None:
    """The lists are open: an answer may show a value that this version does not know."""
    said: list[str] = []
    assert [value] == chosen("--status", [value], STATUS, said.append)
    assert [f"--status {value} is not a known value, and is sent as it is; {hint}"] == said


def test_list_without_known_values_has_no_warning() -> None:
    """Nothing can be said about such a value."""
    said: list[str] = []
    assert (["x"], []) == (chosen("--app", ["x"], [], said.append), said)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("", STATUS), ("F", ["FAILED"]), ("SENT,d", ["SENT,delivered"]), ("SENT,", [f"SENT,{each}" for each in STATUS])],
)
def test_values_are_completed(typed: str, offered: list[str]) -> None:
    """The last one of several, in the case in which it was begun."""
    assert offered == completer(STATUS)(typed)
