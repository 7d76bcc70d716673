"""Events and handlers for the tests of query_lambda."""

from collections.abc import Callable

from query_lambda.app import create_handler
from query_lambda.settings import Settings
from tests.hostile import Behaviour, Server
from tests.invocations import Answered, Context, Handler, proxy_event

Proxy = Callable[[Behaviour], tuple[Handler, Server]]
Problem = Callable[[Answered], tuple[int, str]]

EVENT = proxy_event("POST", "/query/user", {"user_id": "test_user_001"})
SHORT = Context(1_200)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def to_port(port: int) -> Handler:
    """Return a handler whose service is at `port`."""
    return create_handler(Settings(service_url=f"http://127.0.0.1:{port}"))
