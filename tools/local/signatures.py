"""Verifies AWS Signature Version 4 as API Gateway does for methods with IAM authorization."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.local import gateway_responses as kinds
from tools.local.credentials import Identity
from tools.local.gateway_responses import GatewayError
from tools.local.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "execute-api"
_HEADER = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^,/]+)(?P<scope>[^,]*), *SignedHeaders=(?P<names>[^,]+), *"
    r"Signature=(?P<value>\S+)"
)
_SKEW = timedelta(minutes=5)


def is_signature(authorization: str) -> bool:
    """Return whether an `Authorization` header is a signature; such a header never reaches a function."""
    return authorization.partition(" ")[0] == ALGORITHM


def parse(request: Request) -> re.Match[str]:
    """Return the parts of the `Authorization` header; raise GatewayError if it is missing or is not a signature."""
    header = request.header("authorization")
    if header is None:
        raise GatewayError(kinds.MISSING_TOKEN)
    found = _HEADER.fullmatch(header)
    if found is None or not request.header("x-amz-date"):
        raise GatewayError(kinds.INCOMPLETE_SIGNATURE)
    return found


def verify(request: Request, identities: Mapping[str, Identity], *, region: str, now: datetime) -> Identity:
    """Return the identity that signed the request; `identities` are by access key.

    `now` is in UTC; a signature is valid from 5 minutes before its date to 5 minutes after it. Raises GatewayError with
    API Gateway's error type.
    """
    parts = parse(request)
    identity = identities.get(parts["key"])
    if identity is None or request.header("x-amz-security-token") != identity.session_token:
        raise GatewayError(kinds.UNRECOGNIZED_CLIENT)
    timestamp = request.header("x-amz-date") or ""
    names = parts["names"].split(";")
    body_hash = hashlib.sha256(request.body).hexdigest()
    signature = _signature(request, identity, names, timestamp=timestamp, region=region)
    valid = (
        _is_current(timestamp, now)
        and parts["scope"] == f"/{timestamp[:8]}/{region}/{SERVICE}/aws4_request"
        and "host" in names
        and request.header("x-amz-content-sha256") in {None, body_hash}
        and hmac.compare_digest(signature.encode(), parts["value"].encode())
    )
    if not valid:
        raise GatewayError(kinds.INVALID_SIGNATURE)
    return identity


def _is_current(timestamp: str, now: datetime) -> bool:
    try:
        signed = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(signed - now) <= _SKEW


def _signature(request: Request, identity: Identity, names: list[str], *, timestamp: str, region: str) -> str:
    """Return the signature of the request as it was received, over the headers `names`."""
    query = f"?{request.query_string}" if request.query_string else ""
    signed = AWSRequest(
        method=request.method,
        url=f"http://host-is-a-header.invalid{request.path}{query}",
        data=request.body,
        headers={name: request.header(name) or "" for name in names},
    )
    signed.context["timestamp"] = timestamp
    credentials = Credentials(identity.access_key, identity.secret_key, identity.session_token)
    signer = SigV4Auth(credentials, SERVICE, region)
    signature: str = signer.signature(signer.string_to_sign(signed, signer.canonical_request(signed)), signed)
    return signature
