"""Judges replies while fuzzing: 2xx, or a problem document that agrees with its own status and headers."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import jsonschema_rs
import orjson

from common.bodies import BodySchema
from common.problem import MEDIA_TYPE, PROBLEMS, ProblemError
from tools.contract.bundle import bundle

# API Gateway answers these before the contract applies; no contract can make them problem documents.
GATEWAY_ALONE: Final = {413, 414, 431}


class Tally:
    """The replies of a surface by status, and its faults, each kind with one request that shows it."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.faults: dict[str, str] = {}
        self.faulty = 0

    def note(self, status: int | str, fault: str | None, shown: object) -> None:
        """Count a reply."""
        self.statuses[str(status)] += 1
        if fault is not None:
            self.faulty += 1
            self.faults.setdefault(fault[:60], f"{fault} <- {shown!r:.300}")


class Judge:
    """Checks replies against `Problem` of the public contract, which both contracts share."""

    def __init__(self) -> None:
        document = bundle("public")
        self._schema = BodySchema({"$ref": "#/components/schemas/Problem", "components": document["components"]})

    def fault(self, status: int, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return the fault of a reply in a few words; None for a good reply."""
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
            return f"{status} is not a problem document: {str(exc)[:80]}"
        if problem["status"] != status or PROBLEMS[problem["code"]][0] != status:
            return f"{status} has {problem['status']} {problem['code']} in its body"
        if problem["request_id"] != headers.get("x-request-id"):
            return f"{status} has another request id in its header"
        return None
