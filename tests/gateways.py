"""Gateways on our contracts with everything that varies held still, and requests to them without a socket."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import anyio
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.contract.bundle import import_copy
from tools.local import spec
from tools.local.credentials import ApiKey, Identity
from tools.local.functions import Function
from tools.local.gateway import Gateway

NOW = datetime(2026, 11, 26, 15, 9, 25, 750_000, tzinfo=UTC)
OWN_ID = UUID("7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21")
HOST = "api-id.execute-api.ap-southeast-1.amazonaws.com"
REGION = "ap-southeast-1"
ROLE = "arn:aws:iam::111122223333:role/service/query-service-task"
VALUES = {
    "aws_region": REGION,
    "aws_account_id": "111122223333",
    "task_role_arn": ROLE,
    "vpc_endpoint_id": "vpce-local",
}
FUNCTIONS = {"public": "query-lambda", "internal": "query-result-lambda"}
KEYS = (
    ApiKey(key_id="key-1", value="key-of-the-portal"),
    ApiKey(key_id="key-2", value="key-of-the-past", enabled=False),
)
TASK = Identity(
    access_key="task-key", secret_key="task-secret", session_token="task-session", role_arn=ROLE, session_name="task-1"
)
FOREIGN = Identity(
    access_key="foreign-key", secret_key="foreign-secret", role_arn="arn:aws:iam::111122223333:role/reporting"
)

Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True)
class Answered:
    """An answer as the caller sees it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the values of a header as an HTTP client joins them."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    def json(self) -> Any:  # noqa: ANN401  # any JSON
        """Read the body."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it leaves the caller; the path is not encoded any further."""

    method: str = "GET"
    path: str = "/v1/health"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def scope(self) -> dict[str, Any]:
        """Make the ASGI scope of the request."""
        headers = self.headers if any(name == "host" for name, _ in self.headers) else (("host", HOST), *self.headers)
        return {
            "type": "http",
            "method": self.method,
            "path": self.path,
            "raw_path": self.path.encode("latin-1"),
            "query_string": self.query.encode("latin-1"),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": ("192.0.2.10", 50000),
        }


def send(gateway: Gateway, sent: Sent) -> Answered:
    """Carry a request to the gateway and its answer back; the body travels in two parts."""
    half = len(sent.body) // 2
    parts = [
        {"type": "http.request", "body": sent.body[:half], "more_body": True},
        {"type": "http.request", "body": sent.body[half:]},
    ]
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def keep(message: Mapping[str, Any]) -> None:
        messages.append(dict(message))

    anyio.run(gateway, sent.scope(), receive, keep)
    start, end = messages
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Answered(start["status"], headers, end["body"])


def sign(sent: Sent, identity: Identity = TASK, *, at: datetime = NOW, region: str = REGION) -> Sent:
    """Sign a request as botocore's clients do, at a time of our own."""
    headers = {"Host": HOST, **dict(sent.headers), "X-Amz-Date": f"{at:%Y%m%dT%H%M%SZ}"}
    if identity.session_token:
        headers["X-Amz-Security-Token"] = identity.session_token
    query = f"?{sent.query}" if sent.query else ""
    url = f"https://{HOST}{sent.path}{query}"
    request = AWSRequest(method=sent.method, url=url, data=sent.body, headers=headers)
    request.context["timestamp"] = headers["X-Amz-Date"]
    signer = SigV4Auth(Credentials(identity.access_key, identity.secret_key), "execute-api", region)
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, "
        f"SignedHeaders={signer.signed_headers(signer.headers_to_sign(request))}, Signature={signature}"
    )
    return replace(sent, headers=tuple((name.lower(), value) for name, value in headers.items()))


def contract(name: str, *, bare: bool = False) -> dict[str, Any]:
    """Copy the import copy of a contract; a bare one says nothing of gateway responses."""
    document = copy.deepcopy(import_copy(name))
    if bare:
        del document["x-amazon-apigateway-gateway-responses"]
    return document


def build(document: dict[str, Any], handler: Handler, *, function: str = "query-lambda", **options: Any) -> Gateway:  # noqa: ANN401  # passed on
    """Make a gateway whose clock stands still; what `options` holds goes to the function where it takes it."""
    of_function = {key: options.pop(key) for key in ("timeout_seconds",) if key in options}
    return Gateway(
        spec.load(document, VALUES),
        {function: Function(handler, **{"timeout_seconds": 5.0, **of_function})},
        **{
            "api_keys": KEYS,
            "identities": (TASK, FOREIGN),
            "api_id": "api-id",
            "clock": lambda: NOW,
            "new_id": lambda: OWN_ID,
            **options,
        },
    )
