"""The internal client's way over the network: aiohttp, since a request through it costs a fifth of httpx's."""

import asyncio
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from generated_client.runtime import ApiConnectionError, Attempt, Outgoing, PerLoop, RawResponse

CONNECT_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 100
# The whole is bounded by the attempt.
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)


class AiohttpExchange:
    """One session of pooled connections for each process and event loop.

    It uses no settings of the environment, stores no cookies and follows no redirects.
    """

    def __init__(self) -> None:
        self._sessions = PerLoop(_session)
        self._replaced: list[aiohttp.ClientSession] = []

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer, whatever its status; raise ApiConnectionError if there is none, or no whole one."""
        session = self._sessions.get()
        if attempt.needs_new_connection:  # calls in flight finish on the old one, whose idle connections expire
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
        except (aiohttp.ClientError, ValueError) as exc:  # a ValueError is of what is no HTTP
            raise ApiConnectionError(f"the connection broke: {type(exc).__name__}") from exc
        return attempt.finished(response.status, response.headers)

    async def aclose(self) -> None:
        """Close the connections."""
        for session in (*self._replaced, self._sessions.get()):
            await session.close()
        await asyncio.sleep(0)  # lets the transports finish closing


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept-Encoding",),  # inside of a region, packing costs more than it saves
        timeout=_TIMEOUT,
    )


@lru_cache(maxsize=16)
def _url(text: str) -> URL:
    return URL(text, encoded=True)  # as it was signed
