"""The transport of the internal client: signed requests (AWS Signature Version 4) over pooled aiohttp connections."""

import asyncio
import io
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Final

import aiohttp
from awscrt import auth
from awscrt.http import HttpHeaders, HttpRequest
from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from yarl import URL

from generated_client.runtime import ApiConnectionError, AsyncExchange, Attempt, Outgoing, PerLoop, RawResponse

log = logging.getLogger(__name__)

SERVICE: Final = "execute-api"
CONNECT_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 100
# AWS accepts a signature that is up to five minutes old; a smaller difference of the clocks needs no correction.
SKEW_SECONDS: Final = 240.0

# The attempt bounds the whole request.
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)


class AiohttpTransport:
    """One session of pooled connections for each process and event loop.

    It reads nothing from the environment, keeps no cookie and follows no redirect.
    """

    def __init__(self) -> None:
        self._sessions = PerLoop(_session)
        self._replaced: list[aiohttp.ClientSession] = []

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer with any status; raise ApiConnectionError if it is missing or incomplete."""
        session = self._sessions.get()
        if attempt.needs_new_connection:  # requests in flight end on the old session, whose idle connections expire
            self._replaced.append(session)
            session = self._sessions.renew()
        attempt.begin()
        try:
            async with session.request(
                outgoing.method,
                _url(outgoing.url),
                data=outgoing.content,
                headers=outgoing.headers,
                allow_redirects=False,
            ) as response:
                attempt.check(response.status, response.headers)
                async for chunk in response.content.iter_any():
                    attempt.add(chunk)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise ApiConnectionError(f"the service could not be reached: {type(exc).__name__}") from exc
        except (aiohttp.ClientError, ValueError) as exc:  # aiohttp raises ValueError for some malformed answers
            raise ApiConnectionError(f"the connection broke: {type(exc).__name__}") from exc
        return attempt.finished(response.status, response.headers)

    async def aclose(self) -> None:
        """Close the connections."""
        for session in (*self._replaced, self._sessions.get()):
            await session.close()
        await asyncio.sleep(0)  # lets the connections close


class SigningTransport:
    """Signs the requests that go through `transport`.

    A wrong clock shows in the `Date` of the first refusal: the request is signed once more with AWS's time, and so are
    all that follow.
    """

    def __init__(self, transport: AsyncExchange, signer: "Signer") -> None:
        self._transport = transport
        self._signer = signer

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer to the signed request; raise BotoCoreError if the credentials cannot be renewed."""
        answer = await self._transport.send(await self._signer.signed(outgoing), attempt)
        if answer.status_code == HTTPStatus.FORBIDDEN and self._signer.learns(answer.headers.get("date", "")):
            attempt.begin()
            answer = await self._transport.send(await self._signer.signed(outgoing), attempt)
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


class Signer:
    """Signs with the current credentials: those of a task role change while the service runs.

    `clock` gives the seconds since 1970.
    """

    def __init__(self, credentials: Credentials, region: str, clock: Callable[[], float] = time.time) -> None:
        self._credentials = credentials
        self._region = region
        self._clock = clock
        self._skew = 0.0

    async def signed(self, outgoing: Outgoing) -> Outgoing:
        """Return the request with Host, X-Amz-Date, Authorization and, in a session, X-Amz-Security-Token.

        Raises botocore's BotoCoreError if the credentials have to be renewed and cannot be.
        """
        credentials = await self._frozen()
        url = _url(outgoing.url)
        host = url.host_port_subcomponent or ""
        headers = HttpHeaders([("content-type", outgoing.headers.get("content-type", "")), ("host", host)])
        request = HttpRequest(outgoing.method, url.raw_path, headers, io.BytesIO(outgoing.content or b""))
        config = auth.AwsSigningConfig(
            algorithm=auth.AwsSigningAlgorithm.V4,
            signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
            credentials_provider=_provider(credentials),
            region=self._region,
            service=SERVICE,
            date=datetime.fromtimestamp(self._clock() + self._skew, UTC),
        )
        auth.aws_sign_request(request, config).result()  # done at once, since the credentials are at hand
        signed = {name.lower(): value for name, value in headers}
        return outgoing._replace(headers=outgoing.headers | signed)

    def learns(self, date: str) -> bool:
        """Tell whether the `Date` of a refusal differs from the time signed with; it is used from now on."""
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


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept-Encoding",),  # within a region, compression costs more than it saves
        timeout=_TIMEOUT,
    )


@lru_cache(maxsize=16)
def _url(text: str) -> URL:
    return URL(text, encoded=True)  # sent as it is signed


@lru_cache(maxsize=1)
def _provider(credentials: ReadOnlyCredentials) -> auth.AwsCredentialsProvider:
    return auth.AwsCredentialsProvider.new_static(credentials.access_key, credentials.secret_key, credentials.token)
