"""Sends botocore's requests to DynamoDB, so that every wait for an answer ends with the deadline of its request."""

from typing import Any, Final

from botocore import exceptions
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import get_cert_path
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from common import connections

CONNECT_SECONDS: Final = 1.0


class Sender:
    """A handler of botocore's event `before-send`, which lets an answer be given in place of botocore's own sending.

    botocore's timeouts are the same for all calls, and for each wait on the socket; a deadline is neither.
    """

    def __init__(self) -> None:
        self._pools = connections.manager(ca_certs=get_cert_path(True))

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Return the whole answer; raise botocore's HTTPClientError if there is none, or not in time."""
        try:
            raw: Any = connections.send(
                self._pools.connection_from_url(request.url),
                request.method,
                parse_url(request.url).request_uri,
                connect_seconds=CONNECT_SECONDS,
                body=request.body,
                headers=dict(request.headers.items()),
                decode_content=False,
            )
            answer = AWSResponse(request.url, raw.status, raw.headers, raw)
            answer.content  # noqa: B018  # read here, where a failure of it is still one of sending
        except (HTTPError, OSError) as exc:
            raise exceptions.HTTPClientError(error=type(exc).__name__) from exc
        return answer
