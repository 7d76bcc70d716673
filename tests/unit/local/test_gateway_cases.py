"""What API Gateway answers by itself: every case on our contract, and on the same contract without gateway responses.

Expected statuses, texts and `x-amzn-ErrorType` are those of AWS, as recorded or documented there.
"""

import json

import pytest

from tests.gateway_cases import calls, functions, signatures
from tests.gateway_cases.case import Case
from tests.gateways import FUNCTIONS, OWN_ID, Answered, build, contract, send

CASES = [*calls.CASES, *signatures.CASES, *functions.CASES]


def answer(case: Case, *, bare: bool) -> Answered:
    """Send the case's request to a gateway of its own."""
    document = contract(case.api, bare=bare)
    case.change(document)
    gateway = build(document, case.handler, function=FUNCTIONS[case.api], **case.options)
    return send(gateway, case.sent)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bare_document_gets_the_answer_of_aws(case: Case) -> None:
    """Without gateway responses the answer is AWS's own: status, text, media type and error type."""
    got = answer(case, bare=True)
    name = "Message" if case.code == "access_denied" else "message"
    assert case.status == got.status
    assert {name: case.message} == got.json()
    assert case.error == got.header("x-amzn-errortype")
    assert "application/json" == got.header("content-type")
    assert str(OWN_ID) == got.header("x-amzn-requestid")
    assert got.header("x-amzn-trace-id") is None


@pytest.mark.parametrize("case", [case for case in CASES if case.code], ids=lambda case: case.name)
def test_contract_turns_the_answer_into_a_problem(case: Case) -> None:
    """With the contract's gateway responses the answer is a problem document that agrees with the HTTP answer."""
    got = answer(case, bare=False)
    problem = got.json()
    assert case.status == got.status
    assert case.status == problem["status"]
    assert case.code == problem["code"]
    assert f"urn:push-records:problem:{case.code}" == problem["type"]
    assert {"type", "title", "status", "detail", "code", "request_id"} == problem.keys()
    assert "application/problem+json" == got.header("content-type")
    assert str(OWN_ID) == problem["request_id"]
    assert str(OWN_ID) == got.header("x-request-id")
    assert case.error == got.header("x-amzn-errortype")


@pytest.mark.parametrize("case", [case for case in CASES if not case.code], ids=lambda case: case.name)
def test_what_no_document_customises_stays_as_it_is(case: Case) -> None:
    """AWS answers these before a document applies, or does not let one change them (413)."""
    got = answer(case, bare=False)
    assert case.status == got.status
    assert {"message": case.message} == got.json()
    assert "application/json" == got.header("content-type")


def test_detail_is_the_message_of_aws() -> None:
    """`messageString` is put into a problem as the JSON string that it is."""
    case = next(case for case in CASES if case.code == "invalid_parameters")
    assert case.message == answer(case, bare=False).json()["detail"]


def test_server_errors_have_the_length_of_aws() -> None:
    """AWS writes a space after the colon of a server error, and none after that of a refusal."""
    by_name = {case.name: case for case in CASES}
    assert "36" == answer(by_name["function raised"], bare=True).header("content-length")
    assert "42" == answer(by_name["unknown path"], bare=True).header("content-length")
    assert (
        json.dumps({"message": "Internal server error"}).encode() == answer(by_name["function raised"], bare=True).body
    )
