"""How the async client's requests get to the service, and the answers back: by httpx, or another way."""

from typing import Protocol

import httpx

from .calls import Attempt, Outgoing
from .errors import RawResponse


class AsyncExchange(Protocol):
    """Sends one request and reads its whole answer.

    It follows no redirect, gives each part of the body to `attempt`, which bounds it, and may be cancelled at any
    moment. A failure is an ApiError, an OSError or one of httpx's.
    """

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer to a request, whatever its status."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class HttpxExchange:
    """Over an httpx client, which is closed in the end if it is `owned`."""

    def __init__(self, client: httpx.AsyncClient, auth: httpx.Auth | None, *, owned: bool) -> None:
        self._client = client
        self._auth = auth or httpx.USE_CLIENT_DEFAULT
        self._owned = owned

    async def send(self, outgoing: Outgoing, attempt: Attempt) -> RawResponse:
        """Return the answer to a request, whatever its status."""
        request = self._client.build_request(
            outgoing.method, outgoing.url, headers=outgoing.headers, content=outgoing.content, timeout=attempt.timeout
        )
        response = await self._client.send(request, auth=self._auth, stream=True, follow_redirects=False)
        try:
            async for chunk in response.aiter_bytes():
                attempt.add(chunk)
        finally:
            await response.aclose()
        return attempt.finished(response.status_code, response.headers)

    async def aclose(self) -> None:
        """Close the connections, unless they are those of the caller's own client."""
        if self._owned:
            await self._client.aclose()
