"""The handler: routes a proxy event of the internal gateway, checks its body, and answers with the contract's JSON."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from common import bodies, lambda_handler
from common.lambda_handler import Handler, Request, Response
from common.problem import ProblemError
from common.request import DEADLINE_HEADER, Deadline
from result_lambda.client import dynamodb
from result_lambda.contract import OPERATIONS, VERSION
from result_lambda.operations import Answer, Operations
from result_lambda.repository import NotificationRecords
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


def create_handler(settings: Settings, client: "DynamoDBClient | None" = None) -> Handler:
    """Return the Lambda handler; `client` replaces the DynamoDB client that the settings describe."""
    build = {"version": VERSION, "build": settings.build_id}
    routes = _routes(NotificationRecords(client or dynamodb(settings), settings.notification_table), build)

    def respond(request: Request, seconds: float, facts: dict[str, Any]) -> Response:
        route = routes.get(request.route)
        if route is None:
            raise _no_route(routes, request.route[1])
        facts["operation"] = route.operation_id
        deadline = Deadline(seconds, request.headers.get(DEADLINE_HEADER), margin=MARGIN_SECONDS)
        answer, read = route.answer(_checked_body(route, request), deadline)
        facts.update(read)
        headers = {"Content-Type": "application/json", "X-Request-Id": request.request_id}
        return lambda_handler.response(200, headers, orjson.dumps(answer).decode())

    return lambda_handler.create(log, respond, build=build)


def _routes(records: NotificationRecords, build: Mapping[str, str]) -> _Routes:
    """Return the contract's operations by method and path; raise AttributeError if one has no method."""
    operations = Operations(records, build)
    return {
        (operation["method"], operation["path"]): _Route(
            name, operation["body"] and bodies.BodySchema(operation["body"]), getattr(operations, name)
        )
        for name, operation in OPERATIONS.items()
    }


def _checked_body(route: _Route, request: Request) -> Mapping[str, Any]:
    if route.schema is None:
        return {}
    bodies.require_json(request.headers.get("content-type"), request.headers.get("content-encoding"))
    body: Mapping[str, Any] = bodies.parse(request.body())
    route.schema.check(body)
    return body


def _no_route(routes: _Routes, path: str) -> ProblemError:
    allow = ", ".join(sorted(method for method, known in routes if known == path))
    if not allow:
        return ProblemError("not_found", "Check the path.")
    return ProblemError("method_not_allowed", f"This path has {allow}.", headers={"Allow": allow})
