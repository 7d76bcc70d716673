"""Builds the handler: a proxy event of the internal gateway in, a proxy response out, whatever happens between."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from common import bodies, events, logs, trace
from common.access_log import AccessLog
from common.deadline import HEADER, Deadline
from common.events import Context, Request
from common.problem import ProblemError
from result_lambda.contract import OPERATIONS
from result_lambda.operations import Answer, Operations
from result_lambda.repository import NotificationRecords, dynamodb
from result_lambda.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

MARGIN_SECONDS: Final = 0.25


class _Route(NamedTuple):
    operation_id: str
    schema: bodies.BodySchema | None
    answer: Callable[[Mapping[str, Any], Deadline], Answer]


_Routes = Mapping[tuple[str, str], _Route]


def create_handler(
    settings: Settings, client: "DynamoDBClient | None" = None
) -> Callable[[object, Context], dict[str, Any]]:
    """Return the Lambda handler; it raises nothing, whatever the event. `client` is a DynamoDB other than the own."""
    routes = _routes(NotificationRecords(client or dynamodb(settings), settings.notification_table))
    starts = iter([{"cold_start": 1}])

    def handler(event: object, context: Context) -> dict[str, Any]:
        line = AccessLog(log)
        request = Request(event)
        line.facts |= request.facts() | next(starts, {})
        with logs.bound(request_id=request.request_id, trace_id=trace.trace_id(request.headers)):
            answer = _outcome(routes, request, context, line.facts)
            line.write(answer["statusCode"])
        return answer

    return handler


def _routes(records: NotificationRecords) -> _Routes:
    """Return the contract's operations by method and path; an operationId without a method stops the start."""
    operations = Operations(records)
    return {
        (operation["method"], operation["path"]): _Route(
            name, operation["body"] and bodies.BodySchema(operation["body"]), getattr(operations, name)
        )
        for name, operation in OPERATIONS.items()
    }


def _outcome(routes: _Routes, request: Request, context: Context, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the proxy response, and put into `facts` what to log of it."""
    try:
        return _respond(routes, request, context, facts)
    except ProblemError as error:
        refusal = error
    except Exception:  # the Lambda boundary: a fault of ours is a problem document too
        log.exception("unexpected_error")
        refusal = ProblemError("internal_error", "The fault is ours and has been logged.")
    facts["code"] = refusal.code
    return events.refusal(refusal, request.request_id)


def _respond(routes: _Routes, request: Request, context: Context, facts: dict[str, Any]) -> dict[str, Any]:
    route = routes.get(request.route)
    if route is None:
        raise _no_route(routes, request.route[1])
    facts["operation"] = route.operation_id
    left = context.get_remaining_time_in_millis() / 1_000
    deadline = Deadline(left, request.headers.get(HEADER.lower()), margin=MARGIN_SECONDS)
    answer, read = route.answer(_checked_body(route, request), deadline)
    facts.update(read)
    headers = {"Content-Type": "application/json", "X-Request-Id": request.request_id}
    return events.response(200, headers, orjson.dumps(answer).decode())


def _checked_body(route: _Route, request: Request) -> Mapping[str, Any]:
    if route.schema is None:
        return {}
    bodies.require_json(request.headers.get("content-type"))
    body: Mapping[str, Any] = bodies.parse(request.body())
    route.schema.check(body)
    return body


def _no_route(routes: _Routes, path: str) -> ProblemError:
    allow = ", ".join(sorted(method for method, known in routes if known == path))
    if not allow:
        return ProblemError("not_found", "Check the path.")
    return ProblemError("method_not_allowed", f"This path has {allow}.", headers={"Allow": allow})
