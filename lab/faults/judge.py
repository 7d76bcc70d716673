"""Whether an answer is one that a caller can rely on: 2xx, or a problem document that agrees with its own head."""

from collections.abc import Mapping
from typing import Any, Final

import jsonschema_rs
import orjson

from common.bodies import BodySchema
from common.problem import MEDIA_TYPE, PROBLEMS, ProblemError
from tools.contract.bundle import bundle

# What API Gateway answers before any document applies, which no contract can make a problem document.
GATEWAY_ALONE: Final = {413, 414, 431}


class Judge:
    """Checks answers against `Problem` of the public contract, which both contracts share."""

    def __init__(self) -> None:
        document = bundle("public")
        self._schema = BodySchema({"$ref": "#/components/schemas/Problem", "components": document["components"]})

    def fault(self, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return what is wrong with an answer, in a few words; None if nothing is."""
        if status >= 500:
            return f"{status} {body[:80]!r}"
        if 200 <= status < 300:
            return None
        if headers.get("content-type") != MEDIA_TYPE:
            return f"{status} is {headers.get('content-type')}"
        return self._problem(status, headers, body)

    def _problem(self, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
        try:
            problem: dict[str, Any] = orjson.loads(body)
            self._schema.check(problem)
        except (orjson.JSONDecodeError, ProblemError, jsonschema_rs.ValidationError) as exc:
            return f"{status} is no problem document: {str(exc)[:80]}"
        if problem["status"] != status or PROBLEMS[problem["code"]][0] != status:
            return f"{status} says {problem['status']} {problem['code']}"
        if problem["request_id"] != headers.get("x-request-id"):
            return f"{status} has another request id in its head"
        return None
