"""Each line of the checklist passes on a correct deployment, and only the line of a fault fails."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from botocore.awsrequest import AWSResponse

from tests.migration.backfills import rules
from tests.migration.breaks import BROKEN, Break, break_row, unsubscribe
from tests.migration.conftest import Chain
from tests.migration.emulator import Emulator
from tools.migration.aws import Aws
from tools.migration.verify.check import Site, State, Tick
from tools.migration.verify.command import checklist, tick

RULES = rules(default="mobile-app-001")
SEEN_OVER_HTTP = {"health", "query", "callers", "old", "load"}


def looked(site: Site, *, local: bool = False) -> dict[str, tuple[str, str, str | None]]:
    """Run the checklist; return state, observation and advice by line."""
    ticks = [tick(check, local=local) for check in checklist(site)]
    return {one.name: (one.state.value, one.seen, one.advice) for one in ticks}


def line(site: Site, name: str) -> Tick:
    """Run one line of the checklist."""
    return next(tick(check, local=False) for check in checklist(site) if check.name == name)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """Give an HTTP client."""
    with httpx.Client(timeout=30) as client:
        yield client


@pytest.fixture
def site(emulator: Emulator, chain: Chain, http: httpx.Client) -> Site:
    """Give a deployment whose AWS is the emulator and whose URLs are those of the local stack."""
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
        rules=RULES,
    )


def test_all_lines_pass_on_a_correct_deployment(site: Site) -> None:
    """All 32 lines pass; none stays unchecked."""
    found = looked(site)
    assert {} == {name: line for name, line in found.items() if line[0] != "passed"}
    assert 32 == len(found)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.line)
def test_only_the_line_of_a_fault_fails(emulator: Emulator, site: Site, case: Break) -> None:
    """It reports the observation, and advises the next command of the guide."""
    case.breaks(emulator)
    try:
        aws = [check for check in checklist(site) if check.name.split()[0] not in SEEN_OVER_HTTP]
        failed = {one.name: one for one in (tick(check, local=False) for check in aws) if one.state is not State.PASSED}
    finally:
        case.repairs(emulator)
    # Without its table, a table has no rows with an ap_id either.
    failed.pop("ap_id in command-records" if case.line == "table command-records" else "", None)
    assert [case.line] == list(failed)
    assert State.FAILED is failed[case.line].state
    assert case.seen in failed[case.line].seen
    assert case.advice in (failed[case.line].advice or "")


def test_the_row_contract_is_counted_by_rule(emulator: Emulator, site: Site) -> None:
    """What breaks a rule fails the line; a new status and attributes that are never read are only named."""
    break_row(emulator)
    try:
        seen = line(site, "rows of notification-records").seen
    finally:
        emulator.build()
    assert seen.startswith("6 rows sampled: ")
    assert {
        "created_at looks like seconds, not milliseconds (2)",
        "error_msg is missing although status is FAILED (1)",
        "platform is not a string (1)",
        "no query can ask for user_id: it breaks pattern of rows.schema.json (1)",
        "unknown status OPENED (1)",
        "never read: device_token (1)",
    } == set(seen.removeprefix("6 rows sampled: ").split("; "))


def test_ap_ids_are_compared_with_what_the_mapping_covers(emulator: Emulator, site: Site) -> None:
    """Rows without a rule may have none; without rules, or rows that they cover, nothing is known."""
    uncovered = dataclasses.replace(site, rules=rules(transaction_id={"another": "a"}))
    unknown = dataclasses.replace(site, rules=None)
    unchecked = [line(each, "ap_id in command-records") for each in (uncovered, unknown)]
    assert [State.UNCHECKED] * 2 == [one.state for one in unchecked]
    assert "cannot be checked here: the mapping covers none of 1 rows sampled" == unchecked[0].seen
    assert "cannot be checked here: give --mapping, the rules of the back-fill" == unchecked[1].seen
    client = emulator.client("dynamodb")
    other = {"user_id": {"S": "u2"}, "transaction_id": {"S": "tx_2"}, "created_at": {"N": "1761998400124"}}
    client.put_item(TableName="command-records", Item=other)
    one_rule = dataclasses.replace(site, rules=rules(transaction_id={"tx_1": "mobile-app-001"}))
    found = line(one_rule, "ap_id in command-records")
    client.delete_item(
        TableName="command-records", Key={name: other[name] for name in ("transaction_id", "created_at")}
    )
    assert State.PASSED is found.state
    assert "1 of 1 rows that the mapping covers have one, of 2 sampled" == found.seen


def test_each_check_knows_where_it_can_run(site: Site) -> None:
    """In the VPC the public name leads elsewhere and AWS has few endpoints; outside, nothing of the VPC resolves."""
    places: dict[str | None, set[str]] = {}
    for check in checklist(site):
        places.setdefault(check.place, set()).add(check.name)
    assert {
        "health of the load balancer",
        "health of the internal gateway",
        "callers without a signature",
        "load on the service",
    } == places["inside"]
    tables = ("command-records", "notification-records")
    anywhere = {f"{kind} {name}" for kind in ("table", "ap_id in") for name in tables}
    assert anywhere | {"rows of notification-records"} == places[None]
    assert 23 == len(places["outside"])


def test_alarms_without_a_subscriber_fail(emulator: Emulator, site: Site) -> None:
    """All four alarms notify one topic; without a subscriber nobody is notified."""
    unsubscribe(emulator)
    found = looked(site)
    emulator.alarms()
    silent = {name for name, line in found.items() if "has no subscriber" in line[1]}
    assert {"alarm on CPU", "alarm on memory", "alarm on response time", "alarm on errors"} == silent


def test_lines_that_the_local_stack_lacks_stay_unchecked(chain: Chain, site: Site) -> None:
    """Tables and HTTP responses are checked; lines about other parts of AWS never pass."""
    tables = Aws(endpoint_url=chain.dynamodb_url)
    found = looked(dataclasses.replace(site, aws=tables, rules=None), local=True)
    unchecked = {name: seen for name, (state, seen, _) in found.items() if state == "unchecked"}
    assert 16 == len(unchecked)  # 14, and two that have no --mapping
    assert "cannot be checked here: the local stack has no ECS" == unchecked["cluster"]
    assert {} == {name: line for name, line in found.items() if line[0] == "failed"}


def test_lines_without_a_url_stay_unchecked(emulator: Emulator, http: httpx.Client) -> None:
    """The line names the option to give."""
    found = looked(Site(aws=emulator.aws, http=http))
    assert ("unchecked", "cannot be checked here: give --internal-url", None) == found["callers without a signature"]
    assert 15 == sum(state == "unchecked" for state, _, _ in found.values())


def test_no_connection_fails_over_http_and_is_unchecked_for_aws(http: httpx.Client) -> None:
    """A service that does not respond is down; an unreachable AWS proves nothing about the deployment."""
    closed = "http://127.0.0.1:9"
    site = Site(aws=Aws(endpoint_url=closed), http=http, public_url=closed)
    health = [check for check in checklist(site) if check.name == "health of the public gateway"]
    found = [tick(check, local=False) for check in [*health, *checklist(site)[5:6]]]
    assert [State.FAILED, State.UNCHECKED] == [one.state for one in found]
    assert f"curl -v {closed}/health" == found[0].advice


class Refusing(Aws):
    """An AWS that denies every call."""

    def client(self, service: str, config: Any = None) -> Any:  # noqa: ANN401  # the signature of Aws.client
        """Return a client whose calls are all denied."""
        made = super().client(service, config)
        made.meta.events.register("before-send", lambda request, **_: Refusal(request.url, 400, {}, None))
        return made


class Refusal(AWSResponse):
    """The response of AWS without the permission."""

    content = json.dumps({"__type": "AccessDeniedException", "message": "not authorized to perform it"}).encode()


def test_no_permission_is_not_a_failure(http: httpx.Client) -> None:
    """Without the permission to read, a check has no evidence of a fault."""
    site = Site(aws=Refusing(endpoint_url="http://127.0.0.1:9"), http=http)
    (line,) = [check for check in checklist(site) if check.name == "cluster"]
    found = tick(line, local=False)
    assert State.UNCHECKED is found.state
    assert "not authorized to perform it" in found.seen
