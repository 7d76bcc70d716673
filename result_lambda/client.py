"""The client of DynamoDB. It reads the rows of answers with orjson: botocore's parser takes several times as long.

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
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from botocore.session import Session

from result_lambda.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A call that hangs ends before the service gives up its attempt, after 4 s.
CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 3.5

_rows: ContextVar[list[Any] | None] = ContextVar("_rows", default=None)
_ROWS: Final = "Items"
_CHECKSUM: Final = "x-amz-crc32"


def dynamodb(settings: Settings, session: Session | None = None) -> "DynamoDBClient":
    """Return a client that makes one attempt a call: retries are the service's.

    `session` replaces the credentials of the environment. It is botocore's, since importing boto3 takes a fifth of a
    cold start.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
        parameter_validation=False,  # it takes a quarter of a call; bodies are checked against the contract
    )
    created = (session or Session()).create_client(
        "dynamodb", region_name=settings.region, endpoint_url=settings.dynamodb_endpoint_url, config=config
    )
    client = cast("DynamoDBClient", created)
    take_rows(client, (CONNECT_SECONDS, READ_SECONDS))
    return client


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
        # The checksum is that of the whole body; botocore's older retry modes would take the rest for a broken one.
        headers = {name: value for name, value in response.headers.items() if name.lower() != _CHECKSUM}
        return AWSResponse(response.url, response.status_code, cast("Any", headers), rest)

    client.meta.events.register("before-send.dynamodb.Query", cast("Any", send))


def rows(answer: dict[str, Any]) -> list[Any] | None:
    """Return the rows of the answer that a client has just returned; None if it has none."""
    taken = _rows.get()
    _rows.set(None)
    return answer.get(_ROWS) if taken is None else taken
