"""The HTTP client for the service: one exchange, bounded by the deadline."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.util import Timeout

from common.lambda_handler import MOST_RESPONSE_BYTES
from common.problem import ProblemError
from common.request import Deadline

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
CHUNK_BYTES: Final = 65_536
# Lambda gives a function one event at a time; only the local stack uses more than one connection.
MOST_CONNECTIONS: Final = 32


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to the service; `path` is relative to the service's address."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole response. Header names are in lower case; the values of a repeated header are joined."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Upstream:
    """A client for the service at `url` over kept connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = urllib3.util.parse_url(url).path or ""
        self._pool = self._new_pool()

    def call(self, outgoing: Outgoing, deadline: Deadline) -> Answer:
        """Return the whole response; redirects are not followed.

        Raises ProblemError `gateway_timeout` if the deadline passes first, `bad_gateway` if the service cannot be
        reached, breaks off, breaks HTTP, or sends over MOST_RESPONSE_BYTES.
        """
        try:
            response = self._sent(outgoing, deadline)
            headers = {name.lower(): value for name, value in response.headers.itermerged()}
            return Answer(status=response.status, headers=headers, content=_read(response, deadline))
        except (HTTPError, OSError) as exc:
            if isinstance(exc, (TimeoutError, ReadTimeoutError)) or deadline.remaining() == 0:
                raise _timeout() from exc
            log.warning("service_unreachable", extra={"reason": type(exc).__name__})
            raise ProblemError("bad_gateway", "The service could not be reached or broke off its answer.") from exc

    def _sent(self, outgoing: Outgoing, deadline: Deadline) -> urllib3.BaseHTTPResponse:
        """Send the request and return the response, its body unread.

        A kept connection can end while Lambda has the function frozen. If it breaks before any byte of a response, the
        request is sent once more on a new connection. All requests are reads, so this is safe.
        """
        pool = self._pool
        opened = pool.num_connections
        try:
            return self._request(pool, outgoing, deadline)
        except ProtocolError as exc:
            if pool.num_connections > opened or not isinstance(exc.args[-1], ConnectionError):
                raise
        self._pool = self._new_pool()
        return self._request(self._pool, outgoing, deadline)

    def _request(
        self, pool: urllib3.HTTPConnectionPool, outgoing: Outgoing, deadline: Deadline
    ) -> urllib3.BaseHTTPResponse:
        left = deadline.remaining()
        if left == 0:
            raise TimeoutError
        return pool.urlopen(
            outgoing.method,
            self._prefix + outgoing.path,
            body=outgoing.body or None,
            headers=outgoing.headers,
            timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=left),
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def _new_pool(self) -> urllib3.HTTPConnectionPool:
        return urllib3.connection_from_url(self._url, maxsize=MOST_CONNECTIONS)


def _read(response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
    """Return the body; close the connection if the body takes or is too long, so that its rest is never read."""
    content = bytearray()
    while chunk := response.read1(CHUNK_BYTES, decode_content=False):
        content += chunk
        if deadline.remaining() == 0 or len(content) > MOST_RESPONSE_BYTES:
            response.close()
            raise _timeout() if deadline.remaining() == 0 else ProblemError("bad_gateway", "The answer is too large.")
    return bytes(content)


def _timeout() -> ProblemError:
    return ProblemError("gateway_timeout", "The service took longer than the time that was left.")
