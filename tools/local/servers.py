"""Servers on ports of this machine. Ports are bound first, so that a port in use stops the start early."""

import errno
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
import uvicorn
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from starlette.types import ASGIApp

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.02


class StartError(RuntimeError):
    """A part of the stack could not start; the message names it and a remedy."""


def bind(part: str, host: str, port: int, *, option: str) -> socket.socket:
    """Return a socket that is bound to a port (0: a free one); raise StartError if it is not available.

    The message names the `part` of the stack and the command line's `option` that moves it elsewhere.
    """
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except OSError as exc:
        bound.close()
        if isinstance(exc, socket.gaierror) or exc.errno == errno.EADDRNOTAVAIL:
            raise StartError(f"{host} is no address of this machine ({exc.strerror}); correct --host") from exc
        reason = "is in use" if exc.errno == errno.EADDRINUSE else f"cannot be had ({exc.strerror})"
        raise StartError(f"port {port} of {host} for the {part} {reason}; choose another with {option}") from exc
    return bound


def url_of(address: tuple[Any, ...], path: str = "") -> str:
    """Return the URL of a socket's address, host and port first; an IPv6 host goes in brackets."""
    host, port = address[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"


@contextmanager
def serving(
    app: ASGIApp, bound: socket.socket, make: Callable[[ASGIApp, str, int], uvicorn.Server] | None = None
) -> Iterator[None]:
    """Serve an ASGI application on a bound socket inside the block, by uvicorn in a thread.

    The end of the block waits some seconds for running requests. Raises StartError if the server does not start.
    """
    host, port = bound.getsockname()[:2]
    server = (make or _plain)(app, host, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    end = time.monotonic() + _START_SECONDS
    try:
        while not server.started:
            if not thread.is_alive() or time.monotonic() > end:
                raise StartError(f"the server on port {port} did not start; its log lines say why")
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS)
        bound.close()


@contextmanager
def moto_dynamodb(host: str, port: int) -> Iterator[str]:
    """Serve moto's DynamoDB, which is in memory, inside the block, and yield its URL."""
    bind("built-in DynamoDB", host, port, option="--dynamodb-port").close()
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):  # moto fails for a profile that this machine lacks
        os.environ.pop(name, None)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs a line for every call
    server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
    server.start()
    try:
        yield url_of(server.get_host_and_port())
    finally:
        server.stop()


def wait_until_healthy(name: str, url: str) -> None:
    """Return once `GET url` answers 200; raise StartError with the last answer if it does not in time."""
    end = time.monotonic() + _START_SECONDS
    last = "no answer"
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < end:
            try:
                answer = client.get(url)
            except httpx.TransportError as exc:
                last = str(exc)
            else:
                if answer.status_code == httpx.codes.OK:
                    return
                last = f"{answer.status_code} {answer.text}"
            time.sleep(_POLL_SECONDS)
    raise StartError(f"the {name} is not healthy: {last}")


def _plain(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, server_header=False, ws="none", lifespan="off"
    )
    return uvicorn.Server(config)
