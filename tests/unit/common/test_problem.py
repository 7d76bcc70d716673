"""Problem documents of all codes match the contract."""

import jsonschema
import pytest

from common import problem
from common.problem import PROBLEMS, ProblemError
from tools.contract.bundle import bundle

COMPONENTS = bundle("public")["components"]
CONTRACT = jsonschema.Draft4Validator({"$ref": "#/components/schemas/Problem", "components": COMPONENTS})


@pytest.mark.parametrize("code", PROBLEMS)
def test_document_is_the_contracts(code: str) -> None:
    """Each code has its status and title; `type` is a name for machines that ends with it."""
    error = ProblemError(code, "What happened.")
    document = problem.document(error, "id-1")
    CONTRACT.validate(document)
    assert (code, error.status, "What happened.", "id-1", f"urn:push-records:problem:{code}") == tuple(
        document[name] for name in ("code", "status", "detail", "request_id", "type")
    )


def test_field_errors_are_present_only_if_there_are_any() -> None:
    """An empty list is left out."""
    errors = [{"pointer": "#/limit", "detail": "is required"}]
    document = problem.document(ProblemError("invalid_body", "x", errors=errors), "id-1")
    CONTRACT.validate(document)
    assert errors == document["errors"]
    assert "errors" not in problem.document(ProblemError("invalid_body", "x", errors=[]), "id-1")


def test_unknown_code_is_an_error_of_ours() -> None:
    """It has no status."""
    with pytest.raises(KeyError):
        assert ProblemError("no_such_code", "x").status


def test_error_reads_as_its_detail() -> None:
    """In a traceback."""
    assert "What happened." == str(ProblemError("not_found", "What happened."))


def test_headers_are_the_errors_own() -> None:
    """A table of headers that is shared stays as it is."""
    shared = {"Retry-After": "1"}
    error = ProblemError("service_unavailable", "x", headers=shared)
    error.headers["Allow"] = "GET"
    assert {"Retry-After": "1"} == shared
