"""Servers of raw sockets on free ports of 127.0.0.1, which answer what no decent server would."""

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(frozen=True)
class Received:
    """A request as it came, and the number of its connection; header names are in lower case."""

    connection: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True)
class Exchange:
    """One request, to be answered in any way; `number` counts them from 1."""

    number: int
    request: Received
    socket: socket.socket
    stopping: threading.Event

    def send(self, answer: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(answer)

    def drip(self, answer: bytes, seconds: float, *, after: bytes = b"") -> None:
        """Send byte by byte with a pause between, until the caller hangs up or the server stops."""
        self.send(after)
        for byte in answer:
            if self.stopping.wait(seconds):
                return
            self.send(bytes([byte]))

    def hang(self, *, after: bytes = b"") -> None:
        """Do nothing more until the server stops."""
        self.send(after)
        self.stopping.wait()

    def cut(self, *, after: bytes = b"") -> None:
        """End the connection."""
        self.send(after)
        self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """End the connection with a reset, as a balancer does that has forgotten it."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError


Behaviour = Callable[[Exchange], None]


@dataclass
class Server:
    """A running server and what it was asked."""

    port: int
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


def answer(status: int = 200, body: bytes = b"{}", media_type: str | None = "application/json", *more: str) -> bytes:
    """Return a decent HTTP answer; `more` are header lines."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *more]
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@contextmanager
def serving(behaviour: Behaviour, port: int = 0) -> Iterator[Server]:
    """Answer each request with `behaviour` while the context lasts; the connection stays open unless it ends it."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = Server(listener.getsockname()[1])
        running = _Running(listener, server, behaviour)
        running.start()
        try:
            yield server
        finally:
            running.stop()


def refused_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def full_port() -> Iterator[int]:
    """Give a port that takes no further connection and refuses none: a connect to it hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port: int = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for connection in waiting:
                connection.close()


class _Running:
    def __init__(self, listener: socket.socket, server: Server, behaviour: Behaviour) -> None:
        self._listener = listener
        self._server = server
        self._behaviour = behaviour
        self._stopping = threading.Event()
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._numbers = itertools.count(1)

    def start(self) -> None:
        self._threads[0].start()

    def stop(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                thread = threading.Thread(target=self._converse, args=(connection, len(self._connections)))
                self._threads.append(thread)
                thread.start()

    def _converse(self, connection: socket.socket, number: int) -> None:
        with connection, connection.makefile("rb") as stream, suppress(OSError):
            while line := stream.readline():
                method, target, _ = line.decode().split(" ")
                headers = list(_headers(stream))
                length = int(dict(headers).get("content-length", "0"))
                received = Received(number, method, target, headers, stream.read(length))
                self._server.received.append(received)
                self._behaviour(Exchange(next(self._numbers), received, connection, self._stopping))


def _headers(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()
