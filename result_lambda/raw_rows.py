"""Reads the rows of DynamoDB's answers with orjson: botocore's parser takes seven times as long, most of a summary.

It uses botocore's event `before-send`, which lets a handler answer a request:
https://docs.aws.amazon.com/botocore/latest/topics/events.html
"""

import io
from contextvars import ContextVar
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_rows: ContextVar[list[Any] | None] = ContextVar("_rows", default=None)
_ROWS: Final = "Items"


def take_rows(client: "DynamoDBClient", timeout: tuple[float, float]) -> None:
    """Let `client` return answers of Query without their rows; `rows` returns those.

    `timeout` is the one for connecting and the one for each read, in seconds.
    """
    http = URLLib3Session(timeout=timeout)  # type: ignore[arg-type]  # both times are documented

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        _rows.set(None)
        response: AWSResponse = http.send(request)
        if response.status_code != HTTPStatus.OK:
            return response
        try:
            answer = orjson.loads(response.content)
            _rows.set(answer.pop(_ROWS))
        except (ValueError, AttributeError, KeyError):
            return response  # not DynamoDB's; botocore and the caller judge it
        rest = urllib3.HTTPResponse(io.BytesIO(orjson.dumps(answer)), preload_content=False)
        return AWSResponse(response.url, response.status_code, cast("Any", response.headers), rest)

    client.meta.events.register("before-send.dynamodb.Query", cast("Any", send))


def rows(answer: dict[str, Any]) -> list[Any] | None:
    """Return the rows of the answer that a client has just returned; None if it has none."""
    taken = _rows.get()
    _rows.set(None)
    return answer.get(_ROWS) if taken is None else taken
