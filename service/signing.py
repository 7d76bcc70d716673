"""AWS Signature Version 4 for the internal API Gateway."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import httpx
from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials

log = logging.getLogger(__name__)

SERVICE: Final = "execute-api"
# AWS takes a signature that is up to five minutes old; a difference under this is none to act on.
SKEW_SECONDS: Final = 240.0

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class SigV4(httpx.Auth):
    """Signs each request with the credentials of the moment: those of a task role change while the service runs.

    A clock that goes wrong is found out from the `Date` of the first refusal: the request is signed anew with AWS's
    time, and so are all that follow. `clock` gives the seconds since 1970. Paths have no query here.
    """

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str, clock: Callable[[], float] = time.time) -> None:
        self._credentials = credentials
        self._region = region
        self._clock = clock
        self._skew = 0.0
        self._key_of: tuple[str, str] = ("", "")
        self._key = b""

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization."""
        await request.aread()
        self._sign(request, await self._frozen())
        response = yield request
        if response.status_code == HTTPStatus.FORBIDDEN and self._learns(response.headers.get("date", "")):
            self._sign(request, await self._frozen())
            yield request

    async def _frozen(self) -> ReadOnlyCredentials:
        credentials = self._credentials
        if isinstance(credentials, RefreshableCredentials) and credentials.refresh_needed():
            # Asks the container's credential endpoint, which blocks.
            return await asyncio.to_thread(credentials.get_frozen_credentials)
        return credentials.get_frozen_credentials()

    def _sign(self, request: httpx.Request, credentials: ReadOnlyCredentials) -> None:
        """Sign as "Create a signed AWS API request" of the IAM user guide says."""
        timestamp = datetime.fromtimestamp(self._clock() + self._skew, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{timestamp[:8]}/{self._region}/{SERVICE}/aws4_request"
        request.headers["x-amz-date"] = timestamp
        if credentials.token:
            request.headers["x-amz-security-token"] = credentials.token
        names = ["content-type", "host", "x-amz-date", *(["x-amz-security-token"] if credentials.token else [])]
        canonical = hashlib.sha256(_canonical(request, names).encode()).hexdigest()
        text = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{canonical}"
        signature = hmac.digest(
            self._signing_key(credentials.secret_key or "", timestamp[:8]), text.encode(), "sha256"
        ).hex()
        request.headers["authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={signature}"
        )

    def _signing_key(self, secret: str, date: str) -> bytes:
        """Return the key of a day, which takes four of the five HMACs of a signature."""
        if self._key_of != (secret, date):
            key = f"AWS4{secret}".encode()
            for part in (date, self._region, SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key_of, self._key = (secret, date), key
        return self._key

    def _learns(self, date: str) -> bool:
        """Tell whether the other side's time is one to sign by from now on."""
        try:
            skew = parsedate_to_datetime(date).timestamp() - self._clock()
        except (ValueError, OverflowError):
            return False
        if abs(skew - self._skew) < SKEW_SECONDS:
            return False
        log.warning("clock_skewed", extra={"seconds": round(skew)})
        self._skew = skew
        return True


def _canonical(request: httpx.Request, names: list[str]) -> str:
    headers = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    # The path is encoded as it is sent, and once more for the signature.
    path = quote(request.url.raw_path, safe="/-_.~")
    return "\n".join([request.method, path, "", headers, ";".join(names), hashlib.sha256(request.content).hexdigest()])
