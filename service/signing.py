"""AWS Signature Version 4 for the internal API Gateway."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials

from generated_client.runtime import AsyncExchange, Attempt, Outgoing, RawResponse

log = logging.getLogger(__name__)

SERVICE: Final = "execute-api"
# AWS takes a signature that is up to five minutes old; a difference under this is none to act on.
SKEW_SECONDS: Final = 240.0

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class SigV4:
    """Signs requests with the credentials of the moment: those of a task role change while the service runs.

    `clock` gives the seconds since 1970. A path has no query here.
    """

    def __init__(self, credentials: Credentials, region: str, clock: Callable[[], float] = time.time) -> None:
        self._credentials = credentials
        self._region = region
        self._clock = clock
        self._skew = 0.0
        self._key_of: tuple[str, str] = ("", "")
        self._key = b""

    async def signed(self, outgoing: Outgoing) -> Outgoing:
        """Return the request with Host, X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization.

        Raises botocore's BotoCoreError if the credentials have to be renewed and cannot be.
        """
        return self._sign(outgoing, await self._frozen())

    def learns(self, date: str) -> bool:
        """Tell whether a refusal's `Date` is another time than the one that was signed with; it counts from now on."""
        try:
            skew = parsedate_to_datetime(date).timestamp() - self._clock()
        except (ValueError, OverflowError):
            return False
        if abs(skew - self._skew) < SKEW_SECONDS:
            return False
        log.warning("clock_skewed", extra={"seconds": round(skew)})
        self._skew = skew
        return True

    async def _frozen(self) -> ReadOnlyCredentials:
        credentials = self._credentials
        if isinstance(credentials, RefreshableCredentials) and credentials.refresh_needed():
            # Asks the container's credential endpoint, which blocks.
            return await asyncio.to_thread(credentials.get_frozen_credentials)
        return credentials.get_frozen_credentials()

    def _sign(self, outgoing: Outgoing, credentials: ReadOnlyCredentials) -> Outgoing:
        """Sign as "Create a signed AWS API request" of the IAM user guide says."""
        timestamp = datetime.fromtimestamp(self._clock() + self._skew, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{timestamp[:8]}/{self._region}/{SERVICE}/aws4_request"
        host, path = _target(outgoing.url)
        signed = {"content-type": outgoing.headers.get("content-type", ""), "host": host, "x-amz-date": timestamp}
        if credentials.token:
            signed["x-amz-security-token"] = credentials.token
        names = ";".join(signed)
        lines = "".join(f"{name}:{value.strip()}\n" for name, value in signed.items())
        body = hashlib.sha256(outgoing.content or b"").hexdigest()
        canonical = f"{outgoing.method}\n{path}\n\n{lines}\n{names}\n{body}"
        text = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = self._signing_key(credentials.secret_key or "", timestamp[:8])
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        signed["authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return outgoing._replace(headers=outgoing.headers | signed)

    def _signing_key(self, secret: str, date: str) -> bytes:
        """Return the key of a day, which takes four of the five HMACs of a signature."""
        if self._key_of != (secret, date):
            key = f"AWS4{secret}".encode()
            for part in (date, self._region, SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key_of, self._key = (secret, date), key
        return self._key


class SignedExchange:
    """Signs what goes through `exchange`.

    A clock that goes wrong is found out from the `Date` of the first refusal: the request is signed anew with AWS's
    time, and so are all that follow.
    """

    def __init__(self, exchange: AsyncExchange, signer: SigV4) -> None:
        self._exchange = exchange
        self._signer = signer

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer to a request, once it is signed; raises what the exchange and the signer raise."""
        answer = await self._exchange.send(await self._signer.signed(outgoing), attempt)
        if answer.status_code == HTTPStatus.FORBIDDEN and self._signer.learns(answer.headers.get("date", "")):
            attempt.begin()
            answer = await self._exchange.send(await self._signer.signed(outgoing), attempt)
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()


@lru_cache(maxsize=16)
def _target(url: str) -> tuple[str, str]:
    """Return the host and the path of a URL as they are signed; the path, encoded already, is encoded once more."""
    parts = urlsplit(url)
    return parts.netloc, quote(parts.path or "/", safe="/-_.~")
