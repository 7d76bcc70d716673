"""An ASGI application that behaves as an API Gateway REST API, driven by the import copy of a contract.

A request passes: sizes, stage, method, signature, resource policy, API key, required headers, function. AWS names the
policy before the method; here it comes after it, since its statements name method, path and signer. So a request to a
method that does not exist is never refused by policy. README.md lists the features that are left out.
"""

import base64
import hmac
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import anyio
from starlette.types import Receive, Scope, Send

from common import logs, problem
from common.logs import UNKNOWN, AccessLog, since
from common.request import TRACE_HEADERS, choose_request_id
from common.request import trace_id as logged_trace_id
from tools.local import gateway_responses as kinds
from tools.local import responses, signatures
from tools.local.credentials import ApiKey, Caller, Identity
from tools.local.events import Target, identifier, proxy_event
from tools.local.extensions import SpecError
from tools.local.functions import Function, FunctionError, PayloadTooLargeError
from tools.local.gateway_responses import GatewayError
from tools.local.integrations import Mock, Proxy
from tools.local.policy import Access
from tools.local.request import JSON, MAX_BODY_BYTES, GatewayRequest, Request, read, trace_id
from tools.local.responses import Response
from tools.local.spec import Method, Spec

MAX_HEADER_BYTES = 10_240
MAX_URL_BYTES = 10_240

_FAILURE = 400


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Gateway:
    """The deployed stage of one API.

    `functions` are by the names in the document. Every caller of a private API comes through `vpc_endpoint_id`, by
    default the document's first endpoint. `api_id` defaults to an id made of the title. `hop` is the gateway's name in
    the log. `clock` returns the time in UTC, `new_id` the id of a request. Raises SpecError if a function is missing.
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
    _api_keys: list[ApiKey] = field(init=False, repr=False)
    _identities: dict[str, Identity] = field(init=False, repr=False)
    _log: logging.Logger = field(init=False, repr=False)

    def __post_init__(self, api_keys: Iterable[ApiKey], identities: Iterable[Identity]) -> None:
        """Check that the functions exist, and keep the credentials."""
        integrations = [method.integration for method in self.spec.methods.values()]
        missing = {each.function for each in integrations if isinstance(each, Proxy)} - self.functions.keys()
        if missing:
            raise SpecError(f"there is no function {', '.join(sorted(missing))}")
        self._log = logging.getLogger(self.hop)
        self._api_id = self.api_id or identifier(self.spec.title)
        self._api_keys = list(api_keys)
        self._identities = {identity.access_key: identity for identity in identities}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise ValueError(f"a REST API does not serve {scope['type']}")
        request = await read(scope, receive)
        if request is not None:
            await responses.send_to(send, await self.respond(request))

    async def respond(self, request: Request) -> Response:
        """Return the response to a request, which may be a refusal, and write the access log."""
        line = AccessLog(self._log)
        received = self._received(request)
        line.facts |= {"method": request.method, "path": UNKNOWN, "gateway_request_id": received.request_id}
        with logs.bound(**_ids(received)):
            try:
                response = await self._pass(received, line.facts)
            except GatewayError as error:
                response = self.spec.gateway_responses.render(error, received)
            response = responses.with_gateway_headers(response, received)
            if response.status >= _FAILURE:
                line.facts["code"] = problem.code(response.body) or UNKNOWN
            line.write(response.status)
        return response

    def _received(self, request: Request) -> GatewayRequest:
        own_id = self.new_id()
        received = self.clock()
        stage_path = "/" + request.path.lstrip("/")
        stage, _, path = stage_path[1:].partition("/")
        return GatewayRequest(
            request=request,
            stage=stage,
            path="/" + path.lstrip("/"),
            stage_path=stage_path,
            request_id=request.header("x-amzn-requestid") or str(own_id),
            extended_request_id=base64.urlsafe_b64encode(own_id.bytes[:11]).decode(),
            trace_id=trace_id(request.header("x-amzn-trace-id") or "", own_id, received),
            received=received,
            vpc_endpoint_id=self.vpc_endpoint_id or next(iter(self.spec.vpc_endpoint_ids), None),
        )

    async def _pass(self, received: GatewayRequest, facts: dict[str, Any]) -> Response:
        request = received.request
        _check_sizes(request)
        if received.stage != self.stage:
            raise GatewayError(kinds.UNKNOWN_STAGE)
        method = self.spec.find(request.method, received.path)
        if method is None:
            signatures.parse(request)  # AWS parses the credentials before it reports that they are missing
            raise GatewayError(kinds.MISSING_TOKEN)
        facts |= {"operation": method.name or UNKNOWN, "path": method.resource}
        caller = self._authorize(received, method)
        _check_headers(method.required_headers, request)
        started = time.monotonic()
        try:
            return await self._integrate(received, method, caller)
        finally:
            facts["upstream_ms"] = since(started)

    def _authorize(self, received: GatewayRequest, method: Method) -> Caller:
        """Return the caller. The policy comes after the signature, because its statements name the signer."""
        identity = None
        if isinstance(method.integration, Proxy):  # a mock has neither signature nor policy
            region, account_id = method.integration.region, method.integration.account_id
            if method.signed:
                identity = signatures.verify(received.request, self._identities, region=region, now=received.received)
            if self.spec.policy is not None:
                resource = f"{received.stage}/{received.request.method}{received.path.rstrip('/') or '/'}"
                access = Access(resource=resource, identity=identity, vpc_endpoint_id=received.vpc_endpoint_id)
                account = account_id[-4:].rjust(12, "*")
                self.spec.policy.check(access, f"arn:aws:execute-api:{region}:{account}:{self._api_id}/{resource}")
        return Caller(identity=identity, api_key=self._api_key(received.request) if method.needs_api_key else None)

    def _api_key(self, request: Request) -> ApiKey:
        sent = (request.header("x-api-key") or "").encode()
        key = next((known for known in self._api_keys if hmac.compare_digest(known.value.encode(), sent)), None)
        if key is None or not key.enabled:
            raise GatewayError(kinds.INVALID_API_KEY)
        return key

    async def _integrate(self, received: GatewayRequest, method: Method, caller: Caller) -> Response:
        integration = method.integration
        if isinstance(integration, Mock):
            if received.request.media_type != JSON:
                raise GatewayError(kinds.UNSUPPORTED_MEDIA_TYPE)
            return responses.from_mock(integration)
        target = Target(
            api_id=self._api_id, account_id=integration.account_id, resource=method.resource, operation_name=method.name
        )
        event = proxy_event(received, target, caller)
        with anyio.move_on_after(integration.timeout_seconds):
            try:
                result = await self.functions[integration.function].invoke(event, integration.arn)
                return responses.with_trace_id(responses.from_result(result), received)
            except PayloadTooLargeError as exc:
                raise GatewayError(kinds.REQUEST_TOO_LARGE) from exc
            except FunctionError as exc:
                raise GatewayError(kinds.BAD_GATEWAY) from exc
            except responses.MalformedResultError as exc:
                self._log.error("malformed_result", extra={"reason": str(exc)})
                raise GatewayError(kinds.BAD_GATEWAY) from exc
        raise GatewayError(kinds.INTEGRATION_TIMEOUT)


def _ids(received: GatewayRequest) -> dict[str, str | None]:
    """Return the ids that the functions log for the request too."""
    request = received.request
    headers = {name: value for name in TRACE_HEADERS if (value := request.header(name))}
    return {
        "request_id": choose_request_id(request.header("x-request-id"), received.request_id),
        "trace_id": logged_trace_id(headers | {"x-amzn-trace-id": received.trace_id}),
    }


def _check_sizes(request: Request) -> None:
    """Refuse a request that is too large, before any document applies."""
    if len(request.path) + len(request.query_string) > MAX_URL_BYTES:
        raise GatewayError(kinds.URI_TOO_LONG)
    if sum(len(name) + len(value) for name, value in request.headers) > MAX_HEADER_BYTES:
        raise GatewayError(kinds.HEADERS_TOO_LARGE)
    if len(request.body) > MAX_BODY_BYTES:
        raise GatewayError(kinds.REQUEST_TOO_LARGE)


def _check_headers(required: tuple[str, ...], request: Request) -> None:
    """Refuse a request without all required headers; API Gateway checks nothing else of a parameter."""
    missing = ", ".join(name for name in sorted(required) if not (request.header(name) or "").strip())
    if missing:
        raise GatewayError(kinds.BAD_REQUEST_PARAMETERS, f"Missing required request parameters: [{missing}]")
