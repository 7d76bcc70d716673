"""Every line of the checklist passes where all is right, fails alone where its part is broken, and never guesses."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from botocore.awsrequest import AWSResponse

from tests.migration.breaks import BROKEN, Break, unsubscribe
from tests.migration.conftest import Chain
from tests.migration.emulator import Emulator
from tools.migration.aws import Aws
from tools.migration.verify.check import State
from tools.migration.verify.command import checklist, tick
from tools.migration.verify.site import Site

SEEN_OVER_HTTP = {"health", "query", "callers", "old", "load"}


def looked(site: Site, *, local: bool = False) -> dict[str, tuple[str, str, str | None]]:
    """Answer the checklist: state, what was seen, and advice by line."""
    ticks = [tick(check, local=local) for check in checklist(site)]
    return {one.name: (one.state.value, one.seen, one.advice) for one in ticks}


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """Give a client."""
    with httpx.Client(timeout=30) as client:
        yield client


@pytest.fixture
def site(emulator: Emulator, chain: Chain, http: httpx.Client) -> Site:
    """Give a deployment of which AWS is the emulator, and what answers is the local stack."""
    return Site(
        aws=emulator.aws,
        http=http,
        public_url=chain.public_url,
        internal_url=chain.internal_url,
        service_url=chain.service_url,
        api_key=chain.api_key,
        load_requests=20,
        load_threads=2,
        max_p99_ms=10_000,
    )


def test_all_lines_pass_where_all_is_right(site: Site) -> None:
    """29 lines, none failed, none left open."""
    found = looked(site)
    assert {} == {name: line for name, line in found.items() if line[0] != "passed"}
    assert 29 == len(found)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.line)
def test_the_line_of_what_is_broken_fails(emulator: Emulator, site: Site, case: Break) -> None:
    """It alone fails, says what was seen, and advises the command of the guide that leads on."""
    case.breaks(emulator)
    try:
        aws = [check for check in checklist(site) if check.name.split()[0] not in SEEN_OVER_HTTP]
        failed = {one.name: one for one in (tick(check, local=False) for check in aws) if one.state is not State.PASSED}
    finally:
        case.mends(emulator)
    # Without its table, a table has no rows with an ap_id either.
    failed.pop("ap_id in command-records" if case.line == "table command-records" else "", None)
    assert [case.line] == list(failed)
    assert State.FAILED is failed[case.line].state
    assert case.seen in failed[case.line].seen
    assert case.advice in (failed[case.line].advice or "")


def test_an_alarm_that_nobody_hears_fails(emulator: Emulator, site: Site) -> None:
    """All four speak to one topic; without a subscriber nobody is called."""
    unsubscribe(emulator)
    found = looked(site)
    emulator.alarms()
    silent = {name for name, line in found.items() if "has no subscriber" in line[1]}
    assert {"alarm on CPU", "alarm on memory", "alarm on response time", "alarm on errors"} == silent


def test_the_local_stack_says_what_it_has_not(chain: Chain, site: Site) -> None:
    """Tables and answers are checked; the parts of AWS are never passed."""
    tables = Aws(endpoint_url=chain.dynamodb_url)
    found = looked(Site(**{**vars(site), "aws": tables}), local=True)
    unchecked = {name: seen for name, (state, seen, _) in found.items() if state == "unchecked"}
    assert 14 == len(unchecked)
    assert "cannot be checked here: the local stack has no ECS" == unchecked["cluster"]
    assert {} == {name: line for name, line in found.items() if line[0] == "failed"}


def test_what_has_no_address_is_not_passed(emulator: Emulator, http: httpx.Client) -> None:
    """The line says which option would let it be checked."""
    found = looked(Site(aws=emulator.aws, http=http))
    assert ("unchecked", "cannot be checked here: give --internal-url", None) == found["callers without a signature"]
    assert 11 == sum(state == "unchecked" for state, _, _ in found.values())


def test_nobody_there_is_a_failure_over_http_and_open_for_aws(http: httpx.Client) -> None:
    """A service that is asked and does not answer is down; an AWS that cannot be reached says nothing about it."""
    closed = "http://127.0.0.1:9"
    site = Site(aws=Aws(endpoint_url=closed), http=http, public_url=closed)
    health = [check for check in checklist(site) if check.name == "health of the public gateway"]
    found = [tick(check, local=False) for check in [*health, *checklist(site)[5:6]]]
    assert [State.FAILED, State.UNCHECKED] == [one.state for one in found]
    assert f"curl -v {closed}/health" == found[0].advice


class Refusing(Aws):
    """An AWS that lets nobody look."""

    def client(self, service: str, config: Any = None) -> Any:  # noqa: ANN401  # as the original
        """Return a client whose every call is refused."""
        made = super().client(service, config)
        made.meta.events.register("before-send", lambda request, **_: Refusal(request.url, 400, {}, None))
        return made


class Refusal(AWSResponse):
    """What AWS says to somebody without the permission."""

    content = json.dumps({"__type": "AccessDeniedException", "message": "not authorized to perform it"}).encode()


def test_no_permission_is_not_a_failure(http: httpx.Client) -> None:
    """Who may not look cannot say that something is wrong."""
    site = Site(aws=Refusing(endpoint_url="http://127.0.0.1:9"), http=http)
    (line,) = [check for check in checklist(site) if check.name == "cluster"]
    found = tick(line, local=False)
    assert State.UNCHECKED is found.state
    assert "not authorized to perform it" in found.seen
