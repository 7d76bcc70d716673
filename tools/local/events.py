"""The event that API Gateway sends to a Lambda function (proxy integration, format 1.0)."""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.local.credentials import Caller
from tools.local.request import GatewayRequest
from tools.local.signatures import is_signature

_DROPPED = re.compile(
    "connection|content-length|content-md5|expect|max-forwards|proxy-authenticate|server|te|trailer|transfer-encoding|"
    "upgrade|www-authenticate|x-http-method-override"
)
# All other names reach a function in lower case, as the names of an HTTP/2 client do on AWS.
_ABSENT = (
    *("cognitoAuthenticationProvider", "cognitoAuthenticationType", "cognitoIdentityId", "cognitoIdentityPoolId"),
    "principalOrgId",
)
_CANONICAL = {name.lower(): name for name in ("Authorization", "Host", "User-Agent")}


@dataclass(frozen=True, kw_only=True)
class Target:
    """The API and the method that a request reached."""

    api_id: str
    account_id: str
    resource: str
    operation_name: str | None


def identifier(text: str, length: int = 10) -> str:
    """Return an id in API Gateway's style; the same text always gives the same id."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def proxy_event(received: GatewayRequest, target: Target, caller: Caller) -> dict[str, Any]:
    """Return the event. Absent values are null and not left out; there is no `version`."""
    request = received.request
    headers = _multiple(_headers(received))
    query = _multiple(request.query)
    return {
        "resource": target.resource,
        "path": received.path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": _request_context(received, target, caller),
        "body": request.body.decode(errors="replace") or None,
        "isBase64Encoded": False,
    }


def _request_context(received: GatewayRequest, target: Target, caller: Caller) -> dict[str, Any]:
    name = {} if target.operation_name is None else {"operationName": target.operation_name}
    return {
        "accountId": target.account_id,
        "apiId": target.api_id,
        "deploymentId": identifier(f"{target.api_id} deployment", 6),
        "domainName": received.domain_name,
        "domainPrefix": received.domain_name.partition(".")[0],
        "extendedRequestId": received.extended_request_id,
        "httpMethod": received.request.method,
        "identity": _identity(received, caller),
        "path": received.stage_path,
        "protocol": "HTTP/1.1",
        "requestId": received.request_id,
        "requestTime": f"{received.received:%d/%b/%Y:%H:%M:%S} +0000",
        "requestTimeEpoch": int(received.received.timestamp() * 1000),
        "resourceId": identifier(f"{target.api_id} {target.resource}", 6),
        "resourcePath": target.resource,
        "stage": received.stage,
        **name,
    }


def _identity(received: GatewayRequest, caller: Caller) -> dict[str, Any]:
    signer = caller.identity
    identity = {
        "accessKey": signer and signer.access_key,
        "accountId": signer and signer.account_id,
        "caller": signer and signer.user_id,
        **dict.fromkeys(_ABSENT),
        "sourceIp": received.request.source_ip,
        "user": signer and signer.user_id,
        "userAgent": received.request.header("user-agent"),
        "userArn": signer and signer.user_arn,
    }
    if caller.api_key:
        identity |= {"apiKey": caller.api_key.value, "apiKeyId": caller.api_key.key_id}
    if received.vpc_endpoint_id:
        identity |= {"vpcId": _vpc_id(received.vpc_endpoint_id), "vpceId": received.vpc_endpoint_id}
    return identity


def _vpc_id(vpc_endpoint_id: str) -> str:
    """Return an id for the endpoint's VPC, which is in no document."""
    return vpc_endpoint_id.replace("vpce-", "vpc-", 1)


def _headers(received: GatewayRequest) -> Iterator[tuple[str, str]]:
    added = dict(_added_headers(received))
    replaced = {name.lower() for name in added}
    for name, value in received.request.headers:
        signature = name == "authorization" and is_signature(value)
        if not _DROPPED.fullmatch(name) and name not in replaced and not signature:
            yield _CANONICAL.get(name, name), value
    yield from added.items()


def _added_headers(received: GatewayRequest) -> Iterator[tuple[str, str]]:
    """Yield the headers that AWS adds about the connection: on AWS it is always TLS on port 443."""
    forwarded = [value for name, value in received.request.headers if name == "x-forwarded-for"]
    yield "X-Amzn-Trace-Id", received.trace_id
    yield "X-Forwarded-For", ", ".join([*forwarded, received.request.source_ip])
    yield "X-Forwarded-Port", "443"
    yield "X-Forwarded-Proto", "https"
    if received.vpc_endpoint_id:
        yield "x-amzn-cipher-suite", "ECDHE-RSA-AES128-GCM-SHA256"
        yield "x-amzn-tls-version", "TLSv1.2"
        yield "x-amzn-vpc-id", _vpc_id(received.vpc_endpoint_id)
        yield "x-amzn-vpce-config", "1"
        yield "x-amzn-vpce-id", received.vpc_endpoint_id


def _multiple(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return dict(values)


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: listed[-1] for name, listed in values.items()}
