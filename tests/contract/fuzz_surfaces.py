"""Where the contracts are answered: four surfaces of the running stack, and how a request gets to each."""

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import requests
import requests.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from schemathesis.python.asgi import get_client
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

import result_lambda.app
import result_lambda.settings
from tools.contract.bundle import bundle
from tools.local.credentials import Caller, Identity
from tools.local.events import Target, proxy_event
from tools.local.functions import Function
from tools.local.request import GatewayRequest, read
from tools.local.responses import from_result
from tools.local.stack import ACCOUNT_ID, REGION, RESULT_LAMBDA_SECONDS, STAGE, Stack
from tools.local.tables import dynamodb_client


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A contract and who answers it: a server at `url`, or an ASGI application.

    `auth` lets requests in where a gateway asks for it. Behind the gateways nobody checks credentials: there the
    contract is taken without its `security`, so that the checks of Schemathesis do not ask for it either, and without
    the preflights, which the gateway answers by itself.
    """

    contract: str
    url: str
    auth: requests.auth.AuthBase | None = None
    app: ASGIApp | None = None

    @property
    def has_gateway(self) -> bool:
        """Tell whether API Gateway is what answers first."""
        return self.auth is not None

    def document(self) -> dict[str, Any]:
        """Return the contract as this surface keeps it."""
        document = copy.deepcopy(bundle(self.contract))
        return document if self.has_gateway else _behind_a_gateway(document)

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send a request of one's own."""
        with requests.Session() if self.app is None else get_client(self.app) as session:
            return session.request(method, self.url + path, json=body, headers=headers, auth=self.auth)


def public_gateway(stack: Stack) -> Surface:
    """Return the public contract's chain: gateway, query_lambda, service, internal chain."""
    return Surface(contract="public", url=stack.public_url, auth=ApiKeyHeader(stack.options.api_key))


def internal_gateway(stack: Stack) -> Surface:
    """Return the internal contract's chain: gateway, result_lambda, DynamoDB."""
    return Surface(contract="internal", url=stack.internal_url, auth=Signature(stack.options.identity))


def service(stack: Stack) -> Surface:
    """Return the public contract's service by itself, as its load balancer reaches it."""
    return Surface(contract="public", url=stack.service_url)


def function(stack: Stack) -> Surface:
    """Return the internal contract's function by itself, as Lambda calls it."""
    settings = result_lambda.settings.Settings(dynamodb_endpoint_url=stack.dynamodb_url)
    handler = result_lambda.app.create_handler(settings, dynamodb_client(stack.dynamodb_url))
    return Surface(contract="internal", url="http://result-lambda.invalid", app=FunctionAlone(handler))


SURFACES: Final[Mapping[str, Callable[[Stack], Surface]]] = {
    "public-gateway": public_gateway,
    "internal-gateway": internal_gateway,
    "service": service,
    "result-lambda": function,
}


class ApiKeyHeader(requests.auth.AuthBase):
    """Adds the key of a usage plan."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add it."""
        request.headers["x-api-key"] = self._key
        return request


class Signature(requests.auth.AuthBase):
    """Signs a request (SigV4) as the role of the service."""

    def __init__(self, identity: Identity) -> None:
        self._signer = SigV4Auth(Credentials(identity.access_key, identity.secret_key), "execute-api", REGION)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the signature, the last thing to happen to a request."""
        signed = AWSRequest(request.method, request.url, data=request.body or b"")
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


class FunctionAlone:
    """An ASGI application that hands each request to a function as a proxy event, with no gateway's checks before."""

    def __init__(self, handler: Callable[[Any, Any], Any]) -> None:
        self._function = Function(handler, timeout_seconds=RESULT_LAMBDA_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request, without the lifespan protocol."""
        if scope["type"] != "http":
            raise ValueError(f"a function does not serve {scope['type']}")
        request = await read(scope, receive)
        assert request is not None
        received = GatewayRequest(
            request=request,
            stage=STAGE,
            path=request.path,
            stage_path=f"/{STAGE}{request.path}",
            request_id=str(uuid.uuid4()),
            extended_request_id="",
            trace_id="",
            received=datetime.now(UTC),
        )
        target = Target(api_id="api-id", account_id=ACCOUNT_ID, resource=request.path, operation_name=None)
        event = proxy_event(received, target, Caller())
        result = await self._function.invoke(event, "arn:aws:lambda:query-result-lambda")
        response = from_result(result)
        await Response(response.body, response.status, dict(response.headers))(scope, receive, send)


def _behind_a_gateway(document: dict[str, Any]) -> dict[str, Any]:
    for path in document["paths"].values():
        path.pop("options", None)
        for operation in path.values():
            del operation["security"]
    del document["security"], document["components"]["securitySchemes"]
    return document
