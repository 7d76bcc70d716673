"""The internal client's way over the network: aiohttp, since a request through it costs a fifth of httpx's."""

import asyncio
from functools import lru_cache
from typing import Final

import aiohttp
from yarl import URL

from generated_client.runtime import ApiConnectionError, Attempt, Outgoing, RawResponse

CONNECT_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 100
# The whole is bounded by the attempt.
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)


class AiohttpExchange:
    """One session of pooled connections, of the event loop that uses it first.

    Nothing is taken from the environment, no cookie is kept, no redirect followed.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer, whatever its status; raise ApiConnectionError if there is none, or no whole one."""
        if self._session is None:
            self._session = _session()
        attempt.begin()
        try:
            async with self._session.request(
                outgoing.method,
                _url(outgoing.url),
                data=outgoing.content,
                headers=outgoing.headers,
                allow_redirects=False,
            ) as response:
                async for chunk in response.content.iter_any():
                    attempt.add(chunk)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise ApiConnectionError(f"the service could not be reached: {type(exc).__name__}") from exc
        except (aiohttp.ClientError, ValueError) as exc:  # a ValueError is of what is no HTTP
            raise ApiConnectionError(f"the connection broke: {type(exc).__name__}") from exc
        return attempt.finished(response.status, response.headers)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # for the connections to say so


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
