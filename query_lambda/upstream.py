"""The only caller of the service: one HTTP exchange that ends with its deadline, whatever the other side does."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError

from common import connections
from common.deadline import Deadline
from common.problem import ProblemError

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
# A page has 4 MB at the very most (four calls of 1 MB); with its escapes it must fit into the 6 MB of Lambda.
MOST_ANSWER_BYTES: Final = 5_000_000
CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to the service; `path` is below the service's address."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, with header names in lower case; a header that came more than once has its values joined."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Upstream:
    """The service at `url`, over pooled connections."""

    def __init__(self, url: str) -> None:
        address = urllib3.util.parse_url(url)
        self._prefix = address.path or ""
        self._connections = connections.manager().connection_from_url(url)

    def call(self, outgoing: Outgoing, deadline: Deadline) -> Answer:
        """Return the whole answer; redirects are not followed.

        Raises ProblemError `gateway_timeout` if the deadline comes first, `bad_gateway` if the service cannot be
        reached, breaks off, speaks no HTTP or answers too much.
        """
        connections.deadline.set(deadline)
        try:
            return self._exchange(outgoing, deadline)
        except (HTTPError, OSError) as exc:
            if isinstance(exc, (TimeoutError, ReadTimeoutError)) or deadline.remaining() == 0:
                raise _timeout() from exc
            log.warning("service_unreachable", extra={"reason": type(exc).__name__})
            raise ProblemError("bad_gateway", "The service could not be reached or broke off its answer.") from exc

    def _exchange(self, outgoing: Outgoing, deadline: Deadline) -> Answer:
        response = connections.send(
            self._connections,
            outgoing.method,
            self._prefix + outgoing.path,
            connect_seconds=CONNECT_SECONDS,
            body=outgoing.body or None,
            headers=outgoing.headers,
        )
        headers = {name.lower(): value for name, value in response.headers.itermerged()}
        return Answer(status=response.status, headers=headers, content=_read(response, deadline))


def _read(response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
    """Return the body, unless it takes or is too long; a body cut off by either leaves no connection to reuse."""
    content = bytearray()
    while chunk := response.read1(CHUNK_BYTES, decode_content=False):
        content += chunk
        if deadline.remaining() == 0 or len(content) > MOST_ANSWER_BYTES:
            response.close()
            raise _timeout() if deadline.remaining() == 0 else ProblemError("bad_gateway", "The answer is too large.")
    return bytes(content)


def _timeout() -> ProblemError:
    return ProblemError("gateway_timeout", "The service took longer than the time that was left.")
