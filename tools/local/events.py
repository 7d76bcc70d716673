"""The event that API Gateway sends to a Lambda function (proxy integration, format 1.0)."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.local.credentials import ApiKey, Identity
from tools.local.media_types import is_binary
from tools.local.request import Call
from tools.local.signatures import is_signature

_DROPPED = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
        "x-http-method-override",
    }
)
# All other names reach a function in lower case, as those of an HTTP/2 client do on AWS.
_CANONICAL = {name.lower(): name for name in ("Authorization", "Host", "User-Agent")}
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The operation that a call reached: its resource, and the values of the resource's variables."""

    resource: str
    operation_name: str | None
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who was let in: nobody in particular, the holder of a key, or who signed."""

    api_key: ApiKey | None = None
    identity: Identity | None = None


@dataclass(frozen=True, kw_only=True)
class Api:
    """The API that a gateway stands in for."""

    api_id: str
    account_id: str
    binary_media_types: Collection[str] = ()


def identifier(text: str, length: int = 10) -> str:
    """Return an id in the style of API Gateway's, always the same one for the same text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[rest])
    return "".join(characters)


def proxy_event(call: Call, target: Target, caller: Caller, api: Api) -> dict[str, Any]:
    """Build the event. What a call does not have is null, not absent; there is no `version`."""
    request = call.request
    headers = _multiple(_headers(call))
    query = _multiple(request.query)
    binary = bool(request.body) and is_binary(request.header("content-type"), api.binary_media_types)
    return {
        "resource": target.resource,
        "path": call.path,
        "httpMethod": call.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(target.path_parameters) or None,
        "stageVariables": None,
        "requestContext": _request_context(call, target, caller, api),
        "body": _body(request.body, encode=binary),
        "isBase64Encoded": binary,
    }


def _request_context(call: Call, target: Target, caller: Caller, api: Api) -> dict[str, Any]:
    name = {} if target.operation_name is None else {"operationName": target.operation_name}
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "deploymentId": identifier(f"{api.api_id} deployment", 6),
        "domainName": call.domain_name,
        "domainPrefix": call.domain_name.partition(".")[0],
        "extendedRequestId": call.extended_request_id,
        "httpMethod": call.method,
        "identity": _identity(call, caller),
        "path": call.stage_path,
        "protocol": "HTTP/1.1",
        "requestId": call.request_id,
        "requestTime": call.request_time,
        "requestTimeEpoch": call.request_time_epoch,
        "resourceId": identifier(f"{api.api_id} {target.resource}", 6),
        "resourcePath": target.resource,
        "stage": call.stage,
        **name,
    }


def _identity(call: Call, caller: Caller) -> dict[str, Any]:
    signer = caller.identity
    identity = {
        "accessKey": signer and signer.access_key,
        "accountId": signer and signer.account_id,
        "caller": signer and signer.user_id,
        "cognitoAuthenticationProvider": None,
        "cognitoAuthenticationType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "principalOrgId": None,
        "sourceIp": call.request.source_ip,
        "user": signer and signer.user_id,
        "userAgent": call.request.header("user-agent"),
        "userArn": signer and signer.user_arn,
    }
    if caller.api_key:
        identity |= {"apiKey": caller.api_key.value, "apiKeyId": caller.api_key.key_id}
    if call.vpc_endpoint_id:
        identity |= {"vpcId": _vpc_id(call.vpc_endpoint_id), "vpceId": call.vpc_endpoint_id}
    return identity


def _vpc_id(vpc_endpoint_id: str) -> str:
    """Make up the id of the endpoint's VPC, which no document tells."""
    return vpc_endpoint_id.replace("vpce-", "vpc-", 1)


def _headers(call: Call) -> Iterator[tuple[str, str]]:
    request = call.request
    added = dict(_added_headers(call))
    replaced = {name.lower() for name in added}
    for name, value in request.headers:
        signature = name == "authorization" and is_signature(value)
        if name not in _DROPPED and name not in replaced and not signature:
            yield _CANONICAL.get(name, name), value
    yield from added.items()


def _added_headers(call: Call) -> Iterator[tuple[str, str]]:
    """Yield what AWS says of the connection: always TLS on port 443, whatever the local one is."""
    forwarded = [value for name, value in call.request.headers if name == "x-forwarded-for"]
    yield "X-Amzn-Trace-Id", call.trace_id
    yield "X-Forwarded-For", ", ".join([*forwarded, call.request.source_ip])
    yield "X-Forwarded-Port", "443"
    yield "X-Forwarded-Proto", "https"
    if call.vpc_endpoint_id:
        yield "x-amzn-cipher-suite", "ECDHE-RSA-AES128-GCM-SHA256"
        yield "x-amzn-tls-version", "TLSv1.2"
        yield "x-amzn-vpc-id", _vpc_id(call.vpc_endpoint_id)
        yield "x-amzn-vpce-config", "1"
        yield "x-amzn-vpce-id", call.vpc_endpoint_id


def _multiple(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return dict(values)


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: listed[-1] for name, listed in values.items()}


def _body(body: bytes, *, encode: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if encode else body.decode(errors="replace")
