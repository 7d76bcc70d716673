"""Every exception becomes a problem document with a code of the contract."""

import ast
import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.exceptions import HTTPException

from common.problem import PROBLEMS
from service import edge, failures
from service.dispatch import ConcurrencyLimit, Contract
from service.edge import Edge
from tests.unit.service.harness import Service, code, late, page, problem
from tools.contract.bundle import NAMES, SOURCES, bundle

LogLines = Callable[[], list[dict[str, Any]]]

ROOT = Path(__file__).parents[3]
CODES = {name: bundle(name)["components"]["schemas"]["ProblemCode"] for name in NAMES}
LISTED = {code for codes in CODES.values() for code in codes["x-extensible-enum"]}
# Each is the other contract's matter.
INTERNAL = {"expired_token", "invalid_position", "invalid_signature"}


def test_codes_are_those_of_the_contract() -> None:
    """Each code has the contract's status and title; a code of one contract is not listed in the other."""
    for codes in CODES.values():
        table = {code: (each["status"], each["title"]) for code, each in codes["x-problems"].items()}
        assert sorted(table) == codes["x-extensible-enum"]
        assert table == {code: PROBLEMS[code] for code in table}
    assert set(PROBLEMS) == LISTED
    assert INTERNAL.isdisjoint(CODES["public"]["x-extensible-enum"])
    assert {"forbidden", "invalid_cursor", "quota_exceeded"}.isdisjoint(CODES["internal"]["x-extensible-enum"])


def test_statuses_and_titles_agree_with_the_gateways() -> None:
    """A code means the same in every hop."""
    responses: dict[str, Any] = yaml.safe_load((SOURCES / "gateway-responses.yaml").read_text())
    for name, response in responses.items():
        template = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"x"')
        document = json.loads(template)
        status, title = PROBLEMS[document["code"]]
        assert (status, str(status)) == (document["status"], response["statusCode"]), name
        assert title == document["title"]
        assert document["type"] == f"urn:push-records:problem:{document['code']}"


@pytest.mark.parametrize("package", ["common", "service", "query_lambda", "result_lambda"])
def test_codes_in_the_source_are_in_the_contract(package: str) -> None:
    """`ProblemError("...")` with a slip in it would be a 500 when it is needed."""
    used = {
        (path.name, argument.value)
        for path in (ROOT / package).glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("ProblemError") and call.args
        for argument in ast.walk(call.args[0])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert {each for each in used if each[1] not in LISTED} == set()
    assert used


def test_codes_in_the_tables_are_in_the_contract() -> None:
    """Those that no call names."""
    meant = [*failures._PROBLEMS.values(), failures._UNUSABLE, *edge._REFUSALS.values()]  # noqa: SLF001  # tables
    assert {name for name, _ in meant} <= LISTED


def test_unexpected_exception_is_500_and_logged(service: Service, log_lines: LogLines) -> None:
    """The caller learns that it happened and under which id; the log alone learns what."""

    def break_down(_: object) -> Any:  # noqa: ANN401  # never returns
        raise ZeroDivisionError("secret of the house")

    service.upstream.reply = break_down
    answer = service.post({"user_id": "u"}, "/query/user", "X-Request-Id: id-1")
    assert code(answer) == "internal_error"
    assert not any(part in answer.body for part in (b"ZeroDivision", b"secret", b"Traceback", b".py"))
    logged = next(line for line in log_lines() if line["event"] == "unexpected_error")
    assert ("error", "service", "id-1") == (logged["level"], logged["hop"], logged["request_id"])
    assert "ZeroDivisionError: secret of the house" in logged["exception"]
    assert "break_down" in logged["exception"]


def test_service_lives_on_after_an_unexpected_exception(service: Service) -> None:
    """On the same connection as well."""
    replies = iter([ZeroDivisionError, None])

    def reply(_: object) -> Any:  # noqa: ANN401  # an answer
        if fault := next(replies):
            raise fault
        return page()

    service.upstream.reply = reply
    assert [code(service.post({"user_id": "u"})) for _ in range(2)] == ["internal_error", "ok"]


def test_retry_after_reaches_the_caller(service: Service) -> None:
    """Retry-After of the internal gateway is passed on to the caller."""
    response = page()
    response.status_code = 429
    response.headers["Retry-After"] = "7"
    service.upstream.reply = lambda _: response
    answer = service.post({"user_id": "u"})
    assert ("service_unavailable", "7") == (code(answer), answer.headers["retry-after"])


def test_only_violations_by_fields_have_errors(service: Service) -> None:
    """`errors` lists violations by fields, so other problems have none."""
    assert "errors" in problem(service.post({}))
    assert "errors" not in problem(service.post(b"{"))


def test_timeout_does_not_describe_the_network(service: Service) -> None:
    """No address, no exception's name."""
    service.upstream.reply = late
    detail = problem(service.post({"user_id": "u"}, "/query/user", "X-Request-Timeout-Ms: 300"))["detail"]
    assert detail == "The records took longer than the time that was left."


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, "bad_request"), (404, "not_found"), (415, "unsupported_media_type"), (418, "bad_request")],
)
def test_any_refusal_of_the_framework_is_in_our_words(status: int, expected: str) -> None:
    """For every exception of Connexion and Starlette."""
    sent: list[Any] = []

    async def app(_scope: object, _receive: object, _send: object) -> None:
        raise HTTPException(status, "its own words")

    async def send(message: Any) -> None:  # noqa: ANN401  # any ASGI message
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/health", "headers": []}
    asyncio.run(Edge(app, Contract(), ConcurrencyLimit(1), 1)(scope, None, send))  # type: ignore[arg-type]  # reads no body
    assert (PROBLEMS[expected][0], expected) == (sent[0]["status"], json.loads(sent[1]["body"])["code"])
    assert b"its own words" not in sent[1]["body"]
