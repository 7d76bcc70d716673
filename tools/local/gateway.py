"""An ASGI application that behaves as an API Gateway REST API, driven by the import copy of a contract.

A call passes: sizes, stage, route, signature, resource policy, API key, parameters, body, function. AWS names the
policy before the route; here it is judged once method, path and signer are known, since its statements name them. So an
operation that does not exist is never refused by policy: it is answered as one, which is what callers of AWS see.
`tools.local.imitation` lists what is left out.
"""

import base64
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import anyio
from starlette.types import Receive, Scope, Send

from common import logs, problem, trace
from common.access_log import UNKNOWN, AccessLog, since
from tools.local import answers, media_types, signatures, validation
from tools.local.admission import Admission
from tools.local.answers import Answer
from tools.local.credentials import ApiKey, Identity
from tools.local.errors import SpecError
from tools.local.events import Api, Caller, Target, identifier, proxy_event
from tools.local.functions import Function, FunctionError, InvokeRefusedError, PayloadTooLargeError
from tools.local.gateway_responses import (
    API_CONFIGURATION_ERROR,
    BAD_GATEWAY,
    HEADERS_TOO_LARGE,
    INTEGRATION_TIMEOUT,
    MISSING_TOKEN,
    REQUEST_TOO_LARGE,
    UNKNOWN_STAGE,
    UNSUPPORTED_MEDIA_TYPE,
    URI_TOO_LONG,
    GatewayError,
)
from tools.local.integrations import Mock, Proxy
from tools.local.request import MAX_BODY_BYTES, Call, Request, read, trace_id
from tools.local.routes import Match
from tools.local.spec import Operation, Spec

MAX_HEADER_BYTES = 10_240
MAX_URL_BYTES = 10_240

_FAILURE = 400


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Gateway:
    """The deployed stage of one API.

    `functions` are those that the document leads to, by name. Every caller of a private API comes through
    `vpc_endpoint_id`, or through the document's first endpoint when none is given. An `api_id` is made up of the
    title when none is given. `hop` is its name in the log. `clock` tells the time in UTC, `new_id` gives each call its
    id. Raises SpecError if a function is missing.
    """

    spec: Spec
    functions: Mapping[str, Function]
    _: KW_ONLY
    stage: str = "v1"
    api_keys: InitVar[Iterable[ApiKey]] = ()
    identities: InitVar[Iterable[Identity]] = ()
    vpc_endpoint_id: str | None = None
    api_id: str | None = None
    hop: str = "gateway"
    clock: Callable[[], datetime] = _utc_now
    new_id: Callable[[], UUID] = uuid4
    _api_id: str = field(init=False)
    _admission: Admission = field(init=False, repr=False)
    _log: logging.Logger = field(init=False, repr=False)

    def __post_init__(self, api_keys: Iterable[ApiKey], identities: Iterable[Identity]) -> None:
        """Check that the functions are there, and take in the credentials."""
        integrations = [operation.integration for operation in self.spec.routes.targets()]
        missing = {each.function for each in integrations if isinstance(each, Proxy)} - self.functions.keys()
        if missing:
            raise SpecError(f"there is no function {', '.join(sorted(missing))}")
        self._log = logging.getLogger(self.hop)
        self._api_id = self.api_id or identifier(self.spec.title)
        self._admission = Admission(self.spec.policy, api_id=self._api_id, api_keys=api_keys, identities=identities)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life span of the server, in which there is nothing to do."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"a REST API does not serve {scope['type']}")
        request = await read(scope, receive)
        if request is not None:
            await _send(await self.answer(request), send)

    async def answer(self, request: Request) -> Answer:
        """Answer a request, and log its line as every hop does; a refusal and a failure are answers too."""
        line = AccessLog(self._log)
        call = self._call(request)
        line.facts |= {"method": call.method, "path": UNKNOWN, "gateway_request_id": call.request_id}
        with logs.bound(**_known_by(call)):
            answer = await self._answer(call, line.facts)
            if answer.status >= _FAILURE:
                line.facts["code"] = problem.code(answer.body) or UNKNOWN
            line.write(answer.status)
        return answer

    async def _answer(self, call: Call, facts: dict[str, Any]) -> Answer:
        try:
            answer = await self._pass(call, facts)
        except GatewayError as error:
            answer = self.spec.gateway_responses.render(error, call)
        return answers.with_gateway_headers(answer, call)

    def _call(self, request: Request) -> Call:
        own_id = self.new_id()
        received = self.clock()
        stage_path = "/" + request.path.lstrip("/")
        stage, _, path = stage_path[1:].partition("/")
        return Call(
            request=request,
            method=request.header("x-http-method-override") or request.method,
            stage=stage,
            path="/" + path.lstrip("/"),
            stage_path=stage_path,
            request_id=request.header("x-amzn-requestid") or str(own_id),
            extended_request_id=base64.urlsafe_b64encode(own_id.bytes[:11]).decode(),
            trace_id=trace_id(request.header("x-amzn-trace-id") or "", own_id, received),
            received=received,
            vpc_endpoint_id=self.vpc_endpoint_id or next(iter(self.spec.vpc_endpoint_ids), None),
        )

    async def _pass(self, call: Call, facts: dict[str, Any]) -> Answer:
        _check_sizes(call.request)
        if call.stage != self.stage:
            raise GatewayError(UNKNOWN_STAGE)
        match = self._route(call)
        facts |= {"operation": match.target.name or UNKNOWN, "path": match.target.resource}
        caller = self._admission.admit(call, match.target)
        validation.check_parameters(match.target.required, call.request, match.path_parameters)
        validation.check_body(match.target.models, call.request)
        started = time.monotonic()
        try:
            return await self._integrate(call, match, caller)
        finally:
            facts["upstream_ms"] = since(started)

    def _route(self, call: Call) -> Match[Operation]:
        match = self.spec.routes.match(call.method, call.path)
        if match is None:
            # AWS reads the credentials of such a call before it says that it misses them.
            signatures.check_form(call.request)
            raise GatewayError(MISSING_TOKEN)
        return match

    async def _integrate(self, call: Call, match: Match[Operation], caller: Caller) -> Answer:
        integration = match.target.integration
        if isinstance(integration, Mock):
            return _mocked(integration, call.request)
        if integration.method != "POST":
            raise GatewayError(API_CONFIGURATION_ERROR)
        api = Api(
            api_id=self._api_id,
            account_id=integration.account_id,
            binary_media_types=self.spec.binary_media_types,
        )
        target = Target(
            resource=match.target.resource,
            operation_name=match.target.name,
            path_parameters=match.path_parameters,
        )
        event = proxy_event(call, target, caller, api)
        with anyio.move_on_after(integration.timeout_seconds):
            result = await _invoke(self.functions[integration.function], event, integration.arn)
            return self._answer_with(result, call)
        raise GatewayError(INTEGRATION_TIMEOUT)

    def _answer_with(self, result: Any, call: Call) -> Answer:  # noqa: ANN401  # any JSON
        accept = call.request.header("accept")
        try:
            answer = answers.from_result(result, accept=accept, binary_media_types=self.spec.binary_media_types)
        except answers.MalformedResultError as exc:
            self._log.error("malformed_result", extra={"reason": str(exc)})
            raise GatewayError(BAD_GATEWAY) from exc
        except answers.BadBase64Error as exc:
            raise GatewayError(API_CONFIGURATION_ERROR) from exc
        return answers.with_trace_id(answer, call)


def _known_by(call: Call) -> dict[str, str | None]:
    """Return the ids by which the functions' lines know the request too."""
    headers = {name: value for name in trace.HEADERS if (value := call.request.header(name))}
    return {
        "request_id": logs.choose_request_id(call.request.header("x-request-id"), call.request_id),
        "trace_id": trace.trace_id(headers | {"x-amzn-trace-id": call.trace_id}),
    }


def _mocked(mock: Mock, request: Request) -> Answer:
    if media_types.essence(request.header("content-type") or media_types.JSON) != media_types.JSON:
        raise GatewayError(UNSUPPORTED_MEDIA_TYPE)
    return answers.from_mock(mock)


async def _invoke(function: Function, event: dict[str, Any], arn: str) -> Any:  # noqa: ANN401  # any JSON
    try:
        return await function.invoke(event, arn)
    except FunctionError as exc:
        raise GatewayError(BAD_GATEWAY) from exc
    except InvokeRefusedError as exc:
        raise GatewayError(API_CONFIGURATION_ERROR) from exc
    except PayloadTooLargeError as exc:
        raise GatewayError(REQUEST_TOO_LARGE) from exc


def _check_sizes(request: Request) -> None:
    """Refuse what is too large before anything of the document applies."""
    if len(request.path) + len(request.query_string) > MAX_URL_BYTES:
        raise GatewayError(URI_TOO_LONG)
    if sum(len(name) + len(value) for name, value in request.headers) > MAX_HEADER_BYTES:
        raise GatewayError(HEADERS_TOO_LARGE)
    if len(request.body) > MAX_BODY_BYTES:
        raise GatewayError(REQUEST_TOO_LARGE)


async def _live(receive: Receive, send: Send) -> None:
    for expected in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{expected}.complete"})


async def _send(answer: Answer, send: Send) -> None:
    length = [("content-length", str(len(answer.body)))] if answer.status not in answers.BODILESS else []
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in [*answer.headers, *length]]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
