"""Servers on loopback that treat each connection as a test wants: well, never, or a byte at a time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

BODY = b'{"items":[],"count":0}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
Serve = Callable[[socket.socket], None]


class Server:
    """A server on loopback that counts connections and treats each as `serve` does."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._one, args=(connection,)))
            self._threads[-1].start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._serve(connection)
            except OSError:
                return

    def stop(self) -> None:
        """Hang up on everybody."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            if connection.fileno() >= 0:
                with suppress(OSError):  # the other side was faster
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)


@contextmanager
def serving(serve: Serve) -> Iterator[Server]:
    """Run a server as long as the context lasts."""
    server = Server(serve)
    try:
        yield server
    finally:
        server.stop()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a head; none when the other side hung up."""
    for line in iter(file.readline, b""):
        if line == b"\r\n":
            return
        yield line


def heads(connection: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Yield the head, with header names in lower case, and the body of each request of a connection."""
    with connection.makefile("rb") as file:
        while lines := list(_lines(file)):
            named = [line.partition(b":") for line in lines]
            head = b"".join(name.lower() + colon + value for name, colon, value in named)
            yield head, file.read(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))


def requests(connection: socket.socket) -> Iterator[bytes]:
    """Yield the body of each request of a connection."""
    return (body for _, body in heads(connection))


def well(connection: socket.socket) -> None:
    """Answer every request at once."""
    for _ in requests(connection):
        connection.sendall(HEAD % len(BODY) + BODY)


def never(connection: socket.socket) -> None:
    """Take every request and answer none."""
    for _ in requests(connection):
        pass


def drip(connection: socket.socket) -> None:
    """Answer with a body that comes a byte at a time."""
    for _ in requests(connection):
        connection.sendall(HEAD % 1_000)
        for _ in range(1_000):
            connection.sendall(b" ")
            time.sleep(0.02)
