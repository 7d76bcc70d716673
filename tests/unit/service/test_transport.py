"""Requests to the internal gateway are signed as AWS itself signs: botocore is the judge."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import botocore.auth
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, RefreshableCredentials

from generated_client.runtime import SYSTEM_CLOCK, Attempt, Outgoing, RawResponse
from service.transport import Signer, SigningTransport

REGION = "ap-southeast-1"
URL = "https://api-id.execute-api.ap-southeast-1.amazonaws.com/v1/query/user"
NOW = datetime(2026, 11, 26, 15, 9, 25, tzinfo=UTC)
STAMP = "%Y%m%dT%H%M%SZ"
BODY = '{"user_id":"使用者"}'.encode()


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock of botocore still, which takes none."""
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)


def post(signer: Signer, content: bytes = BODY, url: str = URL) -> Outgoing:
    """Return a signed query."""
    outgoing = Outgoing("POST", str(httpx.URL(url)), {"content-type": "application/json"}, content)
    return asyncio.run(signer.signed(outgoing))


def expected(credentials: Credentials, content: bytes = BODY, url: str = URL) -> dict[str, str]:
    """Return the headers that botocore adds to the same request."""
    request = AWSRequest("POST", url, data=content, headers={"Content-Type": "application/json"})
    SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@pytest.mark.parametrize("token", [None, "session-token"])
@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://127.0.0.1:8001/v1/query/user",
        "http://127.0.0.1/query/fail",
        "http://127.0.0.1/a stage/使用者/a~b%2Fc/q'(x)*!/query",
        URL.replace("amazonaws.com", "amazonaws.com:443"),
    ],
)
def test_signature_is_that_of_botocore(url: str, token: str | None) -> None:
    """The same request at the same second has the same signature, with and without a session."""
    credentials = Credentials("key", "secret", token)
    request = post(Signer(credentials, REGION, NOW.timestamp), url=url)
    wanted = expected(credentials, url=str(httpx.URL(url)))
    assert wanted == {name: request.headers[name] for name in wanted}
    assert (token, "20261126T150925Z") == (request.headers.get("x-amz-security-token"), request.headers["x-amz-date"])


def test_host_that_is_signed_is_host_that_is_sent() -> None:
    """A default port is in neither; another one is in both."""
    for url in (URL, "https://example.com:443/x", "http://example.com:80/x", "http://127.0.0.1:8001/x"):
        request = httpx.Request("POST", url)
        signed = AWSRequest("POST", str(request.url))
        auth = SigV4Auth(Credentials("key", "secret"), "execute-api", REGION)
        assert request.headers["host"] == auth.headers_to_sign(signed)["host"]


def test_scope_names_region_and_service() -> None:
    """A signature for one region or service opens no other."""
    authorization = post(Signer(Credentials("key", "secret"), "eu-west-1", NOW.timestamp)).headers["authorization"]
    assert "Credential=key/20261126/eu-west-1/execute-api/aws4_request" in authorization
    assert "SignedHeaders=content-type;host;x-amz-date," in authorization


def test_the_body_is_signed() -> None:
    """Another body has another signature; the one sent is the one signed, byte for byte."""
    auth = Signer(Credentials("key", "secret"), REGION, NOW.timestamp)
    request = post(auth)
    assert (request.content, True) == (
        BODY,
        request.headers["authorization"] != post(auth, b"{}").headers["authorization"],
    )
    assert request.headers["authorization"] == expected(Credentials("key", "secret"))["authorization"]


def test_credentials_that_rotate_are_picked_up() -> None:
    """A task role's credentials end after hours; the service runs for weeks. Asking for new ones blocks no other."""
    asked_in: list[str] = []

    def renew() -> dict[str, str]:
        asked_in.append(threading.current_thread().name)
        number = len(asked_in)
        lifetime = timedelta(seconds=1) if number == 1 else timedelta(hours=6)
        return {
            "access_key": f"key{number}",
            "secret_key": f"secret{number}",
            "token": f"token{number}",
            "expiry_time": (datetime.now(UTC) + lifetime).isoformat(),
        }

    credentials = RefreshableCredentials.create_from_metadata(renew(), renew, "test")
    auth = Signer(credentials, REGION, NOW.timestamp)
    tokens = [post(auth).headers["x-amz-security-token"] for _ in range(3)]
    assert tokens == ["token2"] * 3
    assert (2, True) == (len(asked_in), asked_in[1] != threading.current_thread().name)


class Gateway:
    """A gateway without a network, that gives these answers; `signed` are the times that requests were signed with."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = answers
        self.signed: list[str] = []

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Give the next answer."""
        answer = self.answers[len(self.signed)]
        self.signed.append(outgoing.headers["x-amz-date"])
        return attempt.finished(answer.status_code, answer.headers)

    async def aclose(self) -> None:
        """Hold no connections."""


def exchange(signer: Signer, *answers: httpx.Response) -> tuple[int, list[str]]:
    """Return the last status, and the times that requests were signed with, on a client that gets these answers."""
    gateway = Gateway(*answers)
    signed = SigningTransport(gateway, signer)

    async def run() -> int:
        status = 0
        while len(gateway.signed) < len(answers):
            attempt = Attempt(5, connect=1, clock=SYSTEM_CLOCK)
            status = (await signed.send(Outgoing("POST", URL, {}, BODY), attempt)).status_code
        return status

    return asyncio.run(run()), gateway.signed


def at(moment: datetime, status: int = 403) -> httpx.Response:
    """Return an answer of a gateway at `moment`."""
    return httpx.Response(status, headers={"Date": format_datetime(moment, usegmt=True)})


@pytest.mark.parametrize("minutes", [-90, -6, 6, 60 * 24 * 400])
def test_a_clock_that_is_wrong_is_corrected(minutes: int) -> None:
    """The first refusal has the time in `Date`; that request and all later ones are signed with it."""
    auth = Signer(Credentials("key", "secret"), REGION, NOW.timestamp)
    theirs = NOW + timedelta(minutes=minutes)
    status, signed = exchange(auth, at(theirs), at(theirs, 200), at(theirs, 200))
    assert (200, [f"{moment:{STAMP}}" for moment in (NOW, theirs, theirs)]) == (status, signed)


@pytest.mark.parametrize("date", ["", "soon", "Wed, 99 Foo 2026 99:99:99 GMT", format_datetime(NOW, usegmt=True)])
def test_a_refusal_for_another_reason_is_final(date: str) -> None:
    """The same signature would be refused again."""
    auth = Signer(Credentials("key", "secret"), REGION, NOW.timestamp)
    status, signed = exchange(auth, httpx.Response(403, headers={"Date": date}), at(NOW, 200))
    assert (200, ["20261126T150925Z"] * 2) == (status, signed)


def test_a_request_is_signed_again_once_at_most() -> None:
    """No request goes round and round."""
    auth = Signer(Credentials("key", "secret"), REGION, NOW.timestamp)
    hours = [at(NOW + timedelta(hours=each)) for each in (1, 2, 3, 4)]
    assert (403, 4) == ((outcome := exchange(auth, *hours))[0], len(outcome[1]))
