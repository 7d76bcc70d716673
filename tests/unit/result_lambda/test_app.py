"""Each event is answered with a response of the contract."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft4Validator

from result_lambda.contract import OPERATIONS
from tests.invocations import GATEWAY_ID, Answered, Context, invoke, proxy_event
from tests.unit.result_lambda.harness import LISTS, Table, unasked
from tools.contract.bundle import bundle

DOCUMENT = bundle("internal")
USER = {"user_id": "u"}


def conforms(answered: Answered, schema: str) -> None:
    """Validate the body with a schema of the contract."""
    reference = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    Draft4Validator(reference).validate(answered.body)


def refused(event: object, context: object = Context()) -> tuple[int, str]:
    """Return status and code of the problem for an event, for which DynamoDB must not be called."""
    table = unasked()
    answered = invoke(table.handler, event, context)
    conforms(answered, "Problem")
    assert [] == table.sent
    return answered.code


@pytest.mark.parametrize(("operation", "name"), LISTS.items())
def test_page_is_the_contracts(table: Table, operation: str, name: str) -> None:
    """Rows with all attributes and rows with few are valid records."""
    keys = {"user_id": "u", "marketing_id": "m", "transaction_id": "t"}
    table.put(created_at="2.5", **keys, status="FAILED", platform="IOS")
    table.put(created_at="1", **keys, status="FAILED")
    for limit in (1, 2):
        answered = table.ask(operation, **{name: keys[name], "limit": limit})
        assert (200, "application/json") == (answered.status, answered.headers["content-type"])
        conforms(answered, "RecordPage")


def test_contract_file_has_the_operations_of_the_contract() -> None:
    """The function has a method for each operation, or it does not start."""
    queries = {"query_user", "query_marketing", "query_transaction", "query_fail", "query_marketing_fail"}
    assert {"health", *queries, "summarize_marketing", "explain_push"} == OPERATIONS.keys()


@pytest.mark.parametrize(
    "body",
    [
        "",
        None,
        "{",
        '{"user_id": "u",}',
        "{'user_id': 'u'}",
        '{"user_id": "u", "user_id": "v"}',
        '{"user_id": "u", "position": {"user_id": "u", "user_id": "v", "created_at": "1"}}',
        '{"user_id": "u", "limit": NaN}',
        '{"user_id": "u", "limit": 1e999}',
        '{"user_id": "u\ud800"}',
        '{"user_id": "u\\ud800"}',
        '{"user_id": "u\x00"}',
        '\ufeff{"user_id": "u"}',
        '{"user_id": "u"} {}',
        "[" * 100_000,
        '{"user_id": ' * 900 + "1" + "}" * 900,
    ],
)
def test_body_that_is_not_json_is_400(body: str | None) -> None:
    """Only strict JSON is accepted, so that no two parsers can disagree."""
    assert (400, "invalid_json") == refused(proxy_event("POST", "/query/user", body))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/user_id"),
        ([], "#"),
        ("null", "#"),
        ("5", "#"),
        ({"user_id": None}, "#/user_id"),
        ({"user_id": ""}, "#/user_id"),
        ({"user_id": "x" * 257}, "#/user_id"),
        ({"user_id": "x" * 1_000_000}, "#/user_id"),
        ({"user_id": "u\x00"}, "#/user_id"),
        ({"user_id": "u\n"}, "#/user_id"),
        ({"user_id": ["u"]}, "#/user_id"),
        ({**USER, "limit": 0}, "#/limit"),
        ({**USER, "limit": 101}, "#/limit"),
        ({**USER, "limit": "10"}, "#/limit"),
        ({**USER, "limit": True}, "#/limit"),
        ({**USER, "limit": 10.5}, "#/limit"),
        ({**USER, "status": []}, "#/status"),
        ({**USER, "status": "FAILED"}, "#/status"),
        ({**USER, "status": ["x" * 65]}, "#/status/0"),
        ({**USER, "platform": ["IOS", "IOS"]}, "#/platform"),
        ({**USER, "ap_id": ""}, "#/ap_id"),
        ({**USER, "created_from": -1}, "#/created_from"),
        ({**USER, "created_to": 10**13}, "#/created_to"),
        ({**USER, "created_to": 2**70}, "#/created_to"),
        ({**USER, "cursor": "x"}, "#/cursor"),
        ({**USER, "a/b~c\n": 1}, "#/a~1b~0c?"),
        ({**USER, "x" * 1_000_000: 1}, "#/" + "x" * 80 + "..."),
    ],
)
def test_body_that_does_not_match_is_400_and_names_the_field(body: object, pointer: str) -> None:
    """The problem has the field and the reason, but not the value."""
    table = unasked()
    answered = invoke(table.handler, proxy_event("POST", "/query/user", body))
    assert (400, "invalid_body") == answered.code
    conforms(answered, "Problem")
    assert pointer in {error["pointer"] for error in answered.body["errors"]}
    assert len(answered.text) < 3_000
    assert [] == table.sent


def test_failures_have_no_status_filter() -> None:
    """All of their rows are FAILED."""
    assert (400, "invalid_body") == refused(proxy_event("POST", "/query/fail", {"transaction_id": "t", "status": None}))


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/jsonp", "5"],
)
def test_body_of_another_type_is_415(content_type: str) -> None:
    """Only JSON in UTF-8 is accepted."""
    event = proxy_event("POST", "/query/user", USER, {"content-type": content_type})
    assert (415, "unsupported_media_type") == refused(event)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": ""},
        {"CONTENT-TYPE": "Application/JSON"},
        {"content-type": 'application/json; charset="UTF-8"'},
        {"content-type": "application/json;charset=us-ascii; a=b"},
    ],
)
def test_json_is_accepted_with_any_valid_content_type(table: Table, headers: dict[str, str]) -> None:
    """A missing header counts as JSON, as in API Gateway."""
    assert 200 == invoke(table.handler, proxy_event("POST", "/query/user", USER, headers)).status


def test_body_in_base64_is_decoded(table: Table) -> None:
    """A gateway with binary media types encodes the body; invalid base64 is refused."""
    sent = base64.b64encode(json.dumps({"user_id": "使用者"}, ensure_ascii=False).encode()).decode()
    assert 200 == invoke(table.handler, proxy_event("POST", "/query/user", sent, isBase64Encoded=True)).status
    assert {"S": "使用者"} == table.sent[0]["ExpressionAttributeValues"][":key"]
    for wrong in (sent[:-1], sent + "\n", "使用者", base64.b64encode(b'{"user_id": "\xff"}').decode()):
        event = proxy_event("POST", "/query/user", wrong, isBase64Encoded=True)
        assert (400, "invalid_json") == refused(event)


def test_unknown_path_is_404_and_wrong_method_405() -> None:
    """For a known path, Allow lists its methods."""
    assert (404, "not_found") == refused(proxy_event("POST", "/query/failures", USER))
    table = unasked()
    for method, resource, allow in (("GET", "/query/user", "POST"), ("POST", "/health", "GET")):
        answered = invoke(table.handler, proxy_event(method, resource))
        assert ((405, "method_not_allowed"), allow) == (answered.code, answered.headers["allow"])


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "event",
        5,
        {},
        {"headers": 5},
        {"httpMethod": ["POST"], "resource": {"a": 1}},
        {"httpMethod": "POST", "resource": "/query/user", "headers": {"content-type": 5}, "requestContext": []},
        {"httpMethod": "POST", "resource": "/query/user", "body": {"user_id": "u"}},
        {"httpMethod": "POST", "resource": "/query/user", "body": 5, "isBase64Encoded": "yes"},
        {"httpMethod": "POST", "resource": "/query/user", "body": "\ud800", "isBase64Encoded": True},
        {"httpMethod": "\ud800", "resource": "/\ud800"},
    ],
)
def test_any_event_is_answered_with_a_problem(event: object) -> None:
    """If the function raised, the caller would get a 502 without a reason."""
    assert refused(event)[0] in {400, 404}


@pytest.mark.parametrize("context", [None, object(), Context("soon")])  # type: ignore[arg-type]  # an invalid context
def test_broken_context_is_answered_with_a_problem(context: object) -> None:
    """A context without the expected method is answered with 500."""
    assert (500, "internal_error") == refused(proxy_event("POST", "/query/user", USER), context)


@pytest.mark.parametrize(
    ("own", "gateways", "expected"),
    [
        ("caller-1", "gateway-1", "caller-1"),
        ("a" * 128, "gateway-1", "a" * 128),
        ("a" * 129, "gateway-1", "gateway-1"),
        ("two words", "gateway-1", "gateway-1"),
        ("line\n", "gateway-1", "gateway-1"),
        ("id-\u0661", "gateway-1", "gateway-1"),
        (None, "gateway-1", "gateway-1"),
        ("", "", None),
        (None, 5, None),
    ],
)
def test_request_id_is_the_callers_else_the_gateways_else_new(
    table: Table, own: str | None, gateways: object, expected: str | None
) -> None:
    """An id that could break a header or a log line is not used."""
    headers = {} if own is None else {"x-REQUEST-id": own}
    event = proxy_event("GET", "/health", None, headers, requestContext={"requestId": gateways})
    given = invoke(table.handler, event).headers["x-request-id"]
    assert (expected or given) == given
    assert expected is not None or 36 == len(given)


def test_log_line_has_the_cost_and_no_personal_data(table: Table, lines: Callable[[], list[dict[str, Any]]]) -> None:
    """There is one line for each request, without users, positions and filters."""
    table.put(user_id="user-of-secret", created_at="77777777777.5", marketing_id="m")
    table.put(user_id="user-of-secret", created_at="66666666666.5", marketing_id="m")
    position = table.page(marketing_id="m", limit=1)["next_position"]
    table.page(marketing_id="m", position=position)
    table.ask(user_id="user-of-secret", position=position)
    first, second, refusal = lines()
    assert ("result_lambda", "info", "request", GATEWAY_ID) == tuple(
        first[name] for name in ("hop", "level", "event", "request_id")
    )
    assert ("query_marketing", 200, 1, 2, 1) == tuple(
        first[name] for name in ("operation", "status", "items", "rows_read", "pages_read")
    )
    assert 1 == second["rows_read"]
    assert ("query_user", 400, "invalid_body") == tuple(refusal[name] for name in ("operation", "status", "code"))
    for secret in ("user-of-secret", "77777777777", "66666666666"):
        assert secret not in str(lines())


def test_operation_in_the_log_is_one_of_the_contract(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """It is a dimension of metrics, so that a direct invocation must not choose it."""
    context = {"operationName": "made up"}
    invoke(unasked().handler, proxy_event("POST", "/x", USER, requestContext=context))
    invoke(unasked().handler, proxy_event("GET", "/health", requestContext=context))
    assert ["unknown", "health"] == [line["operation"] for line in lines()]
