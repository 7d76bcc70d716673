"""Checks besides Schemathesis: another validator, and rules that a schema cannot express."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from openapi_schema_validator import OAS30Validator
from schemathesis import Case, CheckContext, Response

PROBLEM: Final = "application/problem+json"
# The request field that selects the rows, and the values that the operation fixes.
SELECTED_BY: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "query_user": ("user_id", {}),
    "query_marketing": ("marketing_id", {}),
    "query_transaction": ("transaction_id", {}),
    "query_fail": ("transaction_id", {"status": "FAILED"}),
    "query_marketing_fail": ("marketing_id", {"status": "FAILED"}),
    "query_failures": ("transaction_id", {"status": "FAILED"}),
    "failed": ("transaction_id", {"status": "FAILED"}),
}
_NO_FIELDS_OF_A_RECORD: Final = {"limit", "cursor", "position", "created_from", "created_to"}
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]{1,128}", re.ASCII)


class Judge:
    """Checks for `additional_checks` of Schemathesis; `document` is the bundled contract.

    `is_public_gateway` asks for what only the outermost hop adds.
    """

    def __init__(self, document: Mapping[str, Any], *, is_public_gateway: bool) -> None:
        self._document = document
        self._is_public_gateway = is_public_gateway

    @property
    def checks(self) -> list[Any]:
        """All of them; whether a page may read an answer is a gateway's matter."""
        checks = [self.answer_as_documented, self.problem_as_documented, self.request_id_is_kept, self.rows_as_asked]
        return [*checks, self.pages_may_read] if self._is_public_gateway else checks

    def answer_as_documented(self, _context: CheckContext, response: Response, case: Case) -> None:
        """Fail unless the contract has the status, the headers, the media type and the body of an answer."""
        if case.method.upper() != case.operation.method.upper():
            return  # a method that the contract does not have
        documented = self._resolve(case.operation.definition.raw["responses"].get(str(response.status_code)))
        assert documented is not None, f"{response.status_code} is not documented"
        missing = [name for name in documented.get("headers", {}) if name.lower() not in response.headers]
        assert missing == [], f"documented headers are missing: {missing}"
        if "content" not in documented:
            assert b"" == response.content
            return
        schema = documented["content"][_media_type(response)]["schema"]
        assert self._errors(schema, json.loads(response.content)) == []

    def problem_as_documented(self, _context: CheckContext, response: Response, _case: Case) -> None:
        """Fail unless every answer that is not 2xx is a problem document which agrees with its own HTTP head.

        All that a program sees have an id: a preflight's answer is for the browser.
        """
        if response.status_code == 204:
            return
        assert "x-request-id" in response.headers
        if response.status_code < 300:
            return
        assert _media_type(response) == PROBLEM
        if response.request.method == "HEAD":
            return
        problem = json.loads(response.content)
        assert self._errors({"$ref": "#/components/schemas/Problem"}, problem) == []
        assert problem["status"] == response.status_code
        assert [problem["request_id"]] == response.headers["x-request-id"]
        assert problem["type"].endswith(problem["code"])

    def request_id_is_kept(self, _context: CheckContext, response: Response, _case: Case) -> None:
        """Fail unless an answer has the caller's X-Request-Id if that is well-formed; a gateway's own has another."""
        if response.status_code == 204:
            return
        sent = response.request.headers.get("X-Request-Id")
        if isinstance(sent, bytes):
            sent = sent.decode("latin-1")
        if sent is not None and _REQUEST_ID.fullmatch(sent) and response.status_code not in (403, 429):
            assert response.headers["x-request-id"] == [sent]

    def pages_may_read(self, _context: CheckContext, response: Response, _case: Case) -> None:
        """Fail unless a page of any origin may read the response (CORS)."""
        assert ["*"] == response.headers["access-control-allow-origin"]
        if response.status_code != 204:
            exposed = "".join(response.headers["access-control-expose-headers"]).split(",")
            assert {"X-Request-Id", "Retry-After"} <= set(exposed)

    def rows_as_asked(self, _context: CheckContext, response: Response, case: Case) -> None:
        """Fail unless a page has the rows that were asked for, newest first, and not more than were asked for."""
        selected = SELECTED_BY.get(case.operation.definition.raw["operationId"])
        if response.status_code != 200 or selected is None:
            return
        page, body = json.loads(response.content), case.body
        key, fixed = selected
        assert page["count"] == len(page["items"]) <= (body.get("limit") or self._default_limit(case))
        for row in page["items"]:
            assert list(_mismatches(row, {key: body[key], **fixed}, body)) == []
        times = [row["created_at"] for row in page["items"]]
        assert times == sorted(times, reverse=True)

    def _default_limit(self, case: Case) -> int:
        content = case.operation.definition.raw["requestBody"]["content"]["application/json"]
        default: int = self._resolve(content["schema"])["properties"]["limit"]["x-default"]
        return default

    def _resolve(self, node: Any) -> Any:  # noqa: ANN401  # any JSON
        while isinstance(node, Mapping) and "$ref" in node:
            _, section, name = node["$ref"].removeprefix("#/").split("/")
            node = self._document["components"][section][name]
        return node

    def _errors(self, schema: Mapping[str, Any], value: object) -> list[str]:
        validator = OAS30Validator({**schema, "components": self._document["components"]})
        return [error.message for error in validator.iter_errors(value)]


def _media_type(response: Response) -> str:
    return response.headers["content-type"][0].partition(";")[0].strip()


def _mismatches(row: Mapping[str, Any], equal: Mapping[str, str], body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of `row` that the request excludes.

    All that selects rows, but for the time window, is a filter on the record's field of the same name: one value, or a
    list of those that will do.
    """
    yield from (name for name, value in equal.items() if row.get(name) != value)
    for name, wanted in body.items():
        if wanted is not None and name not in _NO_FIELDS_OF_A_RECORD:
            accepted = wanted if isinstance(wanted, list) else [wanted]
            if row.get(name) not in accepted:
                yield name
    if not (body.get("created_from") or 0) <= row["created_at"]:
        yield "created_from"
    if body.get("created_to") is not None and row["created_at"] >= body["created_to"]:
        yield "created_to"
