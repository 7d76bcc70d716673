"""The promises to callers: errors, request ids, deprecations, closed requests and open answers."""

from collections.abc import Iterator

from tools.contract.rules.place import (
    Document,
    Found,
    Node,
    Operation,
    Place,
    Rule,
    each_answer,
    each_operation,
    follow,
    reachable,
)

_REQUEST_ID = "X-Request-Id"
_PROBLEM = "application/problem+json"
_PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_DEPRECATION_HEADERS = ("Deprecation", "Sunset", "Link")
# A declared path and method never gives 401, 404 or 405: the gateways answer 403 in all three cases.
_ALWAYS = {"400", "429", "500", "502", "503", "504"}
_WITH_CREDENTIALS = {"403"}
_WITH_BODY = {"413", "415"}
_OF_THE_GATEWAY_ALONE = {"415", "429", "500"}
_REFUSED_FIELDS = {"invalid_cursor": "cursor", "invalid_position": "position"}
_RETRIED_LATER = ("429", "503")


def request_id(document: Document) -> Found:
    """Ask for X-Request-Id on every answer that a program sees; a preflight's is for the browser alone."""
    for operation in each_operation(document):
        for place, status, response in each_answer(document, operation):
            seen = not (operation.is_preflight and _succeeds(status))
            if seen and _REQUEST_ID not in response.get("headers", {}):
                yield place, f"document the header {_REQUEST_ID}: every answer has it"


def retry_after(document: Document) -> Found:
    """Ask for Retry-After where trying again later helps."""
    for place, status, response in _answers(document):
        if status in _RETRIED_LATER and "Retry-After" not in response.get("headers", {}):
            yield place, "document the header Retry-After: callers wait as long as it says"


def problem_answers(document: Document) -> Found:
    """Ask for a problem document (RFC 9457) in every answer that is not 2xx."""
    for place, status, response in _answers(document):
        schemas = {media_type: content.get("schema") for media_type, content in response.get("content", {}).items()}
        if not _succeeds(status) and schemas != {_PROBLEM: _PROBLEM_SCHEMA}:
            yield place, f"answer with {_PROBLEM} and the schema Problem, and with nothing else"


def problem_examples(document: Document) -> Found:
    """Ask for an example of every error, with the status of its answer and a code that has this status."""
    problems = document.get("components", {}).get("schemas", {}).get("ProblemCode", {}).get("x-problems", {})
    for place, status, response in _answers(document):
        content = response.get("content", {}).get(_PROBLEM)
        if _succeeds(status) or not content or not status.isdecimal():
            continue  # the other rules of this module
        examples = content.get("examples", {})
        if not examples:
            yield place, "give an example: a mock server plays it"
        for name, example in examples.items():
            found, resolved = follow(document, (*place, "content", _PROBLEM, "examples", name), example)
            value = resolved.get("value", {})
            statuses = {str(value.get("status")), str(problems.get(value.get("code"), {}).get("status"))}
            if statuses != {status}:
                yield found, f"give the status {status} and a code that has it"


def problem_possible(document: Document) -> Found:
    """Refuse an example of a problem that the operation cannot have: a field of the request is behind each of these."""
    for operation in each_operation(document):
        request = follow(document, (*operation.place, "requestBody"), operation.node.get("requestBody", {}))
        fields = {name for _, schema in _schemas(document, *request) for name in schema.get("properties", {})}
        for place, _, response in each_answer(document, operation):
            examples = response.get("content", {}).get(_PROBLEM, {}).get("examples", {})
            for name, example in examples.items():
                code = follow(document, (), example)[1].get("value", {}).get("code")
                field = _REFUSED_FIELDS.get(code)
                if (field and field not in fields) or (code == "invalid_body" and not fields):
                    found = (*place, "content", _PROBLEM, "examples", name)
                    yield found, f"drop {code}: no field of {operation.name} can cause it"


def error_statuses(document: Document) -> Found:
    """Ask for every error that a hop can give: with credentials 403, with a body 413 and 415 as well."""
    for operation in each_operation(document):
        missing = sorted(_expected(operation) - set(operation.node["responses"]))
        if missing:
            yield (*operation.place, "responses"), f"document {', '.join(missing)}: a hop may answer so"


def deprecation(document: Document) -> Found:
    """Ask for the headers of RFC 9745 and RFC 8594, and for the successor, on deprecated operations."""
    for operation in each_operation(document):
        if not operation.node.get("deprecated"):
            continue
        for place, status, response in each_answer(document, operation):
            missing = [name for name in _DEPRECATION_HEADERS if name not in response.get("headers", {})]
            if _succeeds(status) and missing:
                yield place, f"document {', '.join(missing)}: callers of a deprecated path learn there where to go"


def requests_closed(document: Document) -> Found:
    """Refuse requests that take unknown fields: a misspelt filter would be no filter."""
    for operation in each_operation(document):
        body = follow(document, (*operation.place, "requestBody"), operation.node.get("requestBody", {}))
        for place, schema in _schemas(document, *body):
            if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
                yield place, "write `additionalProperties: false`: an unknown field is a mistake of the caller"


def answers_open(document: Document) -> Found:
    """Refuse answers that a new status, platform or field would break."""
    for answer, status, response in _answers(document):
        for place, schema in _schemas(document, answer, response) if _succeeds(status) else ():
            if "enum" in schema:
                yield (*place, "enum"), "list known values as x-extensible-enum: a stored row may hold others"
            if schema.get("additionalProperties") is False:
                yield place, "drop `additionalProperties: false`: answers may gain fields"


def _expected(operation: Operation) -> set[str]:
    if operation.is_preflight:
        return _OF_THE_GATEWAY_ALONE
    wanted = _ALWAYS | (set() if operation.is_open else _WITH_CREDENTIALS)
    return wanted | (_WITH_BODY if "requestBody" in operation.node else set())


def _answers(document: Document) -> Iterator[tuple[Place, str, Node]]:
    for operation in each_operation(document):
        yield from each_answer(document, operation)


def _succeeds(status: str) -> bool:
    return status.startswith("2")


def _schemas(document: Document, place: Place, body: Node) -> Iterator[tuple[Place, Node]]:
    for media_type, content in body.get("content", {}).items():
        yield from reachable(document, (*place, "content", media_type, "schema"), content["schema"])


RULES: dict[str, Rule] = {
    "request-id": request_id,
    "retry-after": retry_after,
    "problem-answers": problem_answers,
    "problem-examples": problem_examples,
    "problem-possible": problem_possible,
    "error-statuses": error_statuses,
    "deprecation": deprecation,
    "requests-closed": requests_closed,
    "answers-open": answers_open,
}
