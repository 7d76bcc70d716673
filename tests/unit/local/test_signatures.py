"""Signatures of botocore's signer are valid, and a changed request is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.gateways import FOREIGN, HOST, REGION, TASK
from tools.local.credentials import Identity
from tools.local.gateway_responses import GatewayError
from tools.local.request import Request
from tools.local.signatures import verify

KNOWN = {identity.access_key: identity for identity in (TASK, FOREIGN)}


def signed(request: Request, identity: Identity = TASK) -> Request:
    """Sign a request with `SigV4Auth.add_auth`, as the service does, at the time of this machine."""
    query = f"?{request.query_string}" if request.query_string else ""
    sent = AWSRequest(
        method=request.method,
        url=f"https://{HOST}{request.path}{query}",
        data=request.body,
        headers={"host": HOST, **dict(request.headers)},
    )
    credentials = Credentials(identity.access_key, identity.secret_key, identity.session_token)
    SigV4Auth(credentials, "execute-api", REGION).add_auth(sent)
    return replace(request, headers=tuple((name.lower(), value) for name, value in sent.headers.items()))


def check(request: Request, now: datetime | None = None) -> Identity:
    """Verify a request at a time, by default the present."""
    return verify(request, KNOWN, region=REGION, now=now or datetime.now(UTC))


@pytest.mark.parametrize("identity", [TASK, FOREIGN], ids=["with session", "without session"])
@pytest.mark.parametrize(
    "request_",
    [
        Request(method="GET", path="/v1/health"),
        Request(method="POST", path="/v1/query/user", body=b'{"user_id": "\xe6\x89\x8b"}'),
        Request(method="POST", path="/v1/query/user", body=b"\x00\xff", headers=(("content-type", "a/b"),)),
        Request(method="GET", path="/v1/items", query_string="b=2&a=1&a=0&flag&x=%20%2F"),
        Request(method="GET", path="/v1/items/a%2Fb%20c/~x"),
        Request(method="GET", path="/v1//items/"),
        Request(method="GET", path="/v1", headers=(("x-spaces", "a   b"),)),
        Request(method="GET", path="/v1", headers=(("user-agent", "portal/1.0"), ("x-amzn-trace-id", "Root=1"))),
    ],
    ids=lambda request: f"{request.method} {request.path}",
)
def test_signature_of_a_real_client_holds(request_: Request, identity: Identity) -> None:
    """A request that botocore signed is verified as its identity."""
    assert identity == check(signed(request_, identity))


def test_unsigned_header_may_change_on_the_way() -> None:
    """Proxies may add headers; only signed headers must not change."""
    request = signed(Request(method="GET", path="/v1/health"))
    assert TASK == check(replace(request, headers=(*request.headers, ("x-forwarded-for", "192.0.2.1"))))


def test_declared_hash_of_the_body_is_checked() -> None:
    """A declared hash must be the hash of the body."""
    declared = (("x-amz-content-sha256", "0" * 64),)
    with pytest.raises(GatewayError, match="does not match"):
        check(signed(Request(method="POST", path="/v1", body=b"{}", headers=declared)))


@pytest.mark.parametrize("minutes", [-4.9, 0, 4.9])
def test_clocks_may_differ_by_five_minutes(minutes: float) -> None:
    """A signature is valid for five minutes before and after its date."""
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    assert TASK == check(signed(Request(method="GET", path="/v1")), now)


def test_recorded_request_cannot_be_sent_again_later() -> None:
    """After five minutes a signature has expired."""
    with pytest.raises(GatewayError, match="does not match"):
        check(signed(Request(method="GET", path="/v1")), datetime.now(UTC) + timedelta(minutes=6))


def test_secrets_do_not_show() -> None:
    """The repr of an identity has no secrets."""
    assert "task-secret" not in repr(TASK)
    assert "task-session" not in repr(TASK)
