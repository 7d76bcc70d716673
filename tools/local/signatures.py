"""Verifies AWS Signature Version 4 as API Gateway does for methods with IAM authorization."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.local.credentials import Identity
from tools.local.gateway_responses import (
    INCOMPLETE_SIGNATURE,
    INVALID_SIGNATURE,
    MISSING_TOKEN,
    UNRECOGNIZED_CLIENT,
    GatewayError,
)
from tools.local.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "execute-api"
_SKEW = timedelta(minutes=5)
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_PARAMETERS = ("Credential", "Signature", "SignedHeaders")


@dataclass(frozen=True, kw_only=True)
class _Header:
    access_key: str
    scope: tuple[str, ...]
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str


def is_signature(authorization: str) -> bool:
    """Return whether an `Authorization` header is a signature; such a header never reaches a function."""
    return authorization.partition(" ")[0] == ALGORITHM


def check_form(request: Request) -> None:
    """Raise GatewayError if there is no `Authorization` header, or if it is not a signature."""
    _parse(request)


def verify(request: Request, identities: Mapping[str, Identity], *, region: str, now: datetime) -> Identity:
    """Return the identity that signed the request; `identities` are by access key.

    `now` is in UTC; a signature is valid from 5 minutes before its date to 5 minutes after it. Raises GatewayError with
    API Gateway's error.
    """
    authorization = _parse(request)
    identity = identities.get(authorization.access_key)
    if identity is None or request.header("x-amz-security-token") != identity.session_token:
        raise GatewayError(UNRECOGNIZED_CLIENT)
    _check_scope(authorization, region)
    _check_date(authorization.timestamp, now)
    _check_signature(request, authorization, identity=identity, region=region)
    return identity


def _parse(request: Request) -> _Header:
    header = request.header("authorization")
    if header is None:
        raise GatewayError(MISSING_TOKEN)
    algorithm, _, rest = header.partition(" ")
    parameters = _parameters(header, rest)
    timestamp = request.header("x-amz-date") or ""
    lacking = [f"Authorization header requires '{name}' parameter." for name in _PARAMETERS if name not in parameters]
    if not timestamp:
        lacking.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if lacking:
        hashed = f"(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(header)}"
        raise GatewayError(INCOMPLETE_SIGNATURE, f"{' '.join(lacking)} {hashed}")
    if algorithm != ALGORITHM:
        raise GatewayError(INCOMPLETE_SIGNATURE, f"Unsupported AWS 'algorithm': '{algorithm}'.")
    access_key, *scope = parameters["Credential"].split("/")
    return _Header(
        access_key=access_key,
        scope=tuple(scope),
        signed_headers=tuple(parameters["SignedHeaders"].split(";")),
        signature=parameters["Signature"],
        timestamp=timestamp,
    )


def _parameters(header: str, parameters: str) -> dict[str, str]:
    """Split the text after the first word; AWS does so before it looks at the algorithm."""
    pairs = [pair.strip() for pair in parameters.split(",")]
    if not all("=" in pair for pair in pairs):
        raise GatewayError(
            INCOMPLETE_SIGNATURE,
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{_hashed(header)}'.",
        )
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def _hashed(header: str) -> str:
    return base64.b64encode(hashlib.sha256(header.encode()).digest()).decode()


def _check_scope(authorization: _Header, region: str) -> None:
    expected = (authorization.timestamp[:8], region, SERVICE, "aws4_request")
    messages = (
        f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{expected[0]}'.",
        "Credential should be scoped to a valid region.",
        f"Credential should be scoped to correct service: '{SERVICE}'.",
        "Credential should be scoped with a valid terminator: 'aws4_request'.",
    )
    if len(authorization.scope) != len(expected):
        raise GatewayError(INVALID_SIGNATURE, "Credential must have exactly 5 slash-delimited elements.")
    wrong = [text for got, wanted, text in zip(authorization.scope, expected, messages, strict=True) if got != wanted]
    if wrong:
        raise GatewayError(INVALID_SIGNATURE, " ".join(wrong))


def _check_date(timestamp: str, now: datetime) -> None:
    try:
        signed = datetime.strptime(timestamp, _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError as exc:
        text = "Date must be in ISO-8601 'basic format'."
        raise GatewayError(INVALID_SIGNATURE, f"{text} Got '{timestamp}'.") from exc
    clock = f"{now:{_TIMESTAMP}}"
    if signed < now - _SKEW:
        edge = f"{now - _SKEW:{_TIMESTAMP}} ({clock} - 5 min.)"
        raise GatewayError(INVALID_SIGNATURE, f"Signature expired: {timestamp} is now earlier than {edge}")
    if signed > now + _SKEW:
        edge = f"{now + _SKEW:{_TIMESTAMP}} ({clock} + 5 min.)"
        raise GatewayError(INVALID_SIGNATURE, f"Signature not yet current: {timestamp} is still later than {edge}")


def _check_signature(request: Request, authorization: _Header, *, identity: Identity, region: str) -> None:
    if "host" not in authorization.signed_headers:
        raise GatewayError(INVALID_SIGNATURE, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    declared = request.header("x-amz-content-sha256")
    if declared is not None and declared != hashlib.sha256(request.body).hexdigest():
        raise GatewayError(INVALID_SIGNATURE)
    signature = _signature(request, authorization, identity=identity, region=region)
    if not hmac.compare_digest(signature.encode(), authorization.signature.encode()):
        raise GatewayError(INVALID_SIGNATURE)


def _signature(request: Request, authorization: _Header, *, identity: Identity, region: str) -> str:
    """Return the signature of the request as it was received, over the headers named in `SignedHeaders`."""
    query = f"?{request.query_string}" if request.query_string else ""
    signed = AWSRequest(
        method=request.method,
        url=f"http://host-is-a-header.invalid{request.path}{query}",
        data=request.body,
        headers={name: request.header(name) or "" for name in authorization.signed_headers},
    )
    signed.context["timestamp"] = authorization.timestamp
    credentials = Credentials(identity.access_key, identity.secret_key, identity.session_token)
    signer = SigV4Auth(credentials, SERVICE, region)
    signature: str = signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
    return signature
