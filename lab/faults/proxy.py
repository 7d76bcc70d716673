"""A TCP proxy that injects faults; the fault can be changed at any moment."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator
from enum import StrEnum

from lab.connection import Address

_CHUNK = 65_536
_DRIP_SECONDS = 0.2
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """The fault that is injected."""

    NONE = "none"
    REFUSE = "refuse"  # the port is closed
    RESET = "reset"  # the connection is reset when a request arrives
    HANG = "hang"  # the request is read and never answered
    SLOW = "slow"  # the response is sent byte by byte
    GARBAGE = "garbage"  # the response is random bytes
    CUT = "cut"  # the response ends in the middle of its body
    REPLY = "reply"  # the proxy sends a response of its own


class FaultProxy:
    """Stands in front of `upstream`.

    `calls` counts the requests that arrived; `response` is the proxy's own one, for the fault REPLY.
    """

    def __init__(self, upstream: Address) -> None:
        self.calls = 0
        self.fault = Fault.NONE
        self.response = b""
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._port = 0
        self._callers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(self._port, self._upstream.prefix)

    async def switch(self, fault: Fault) -> None:
        """Inject another fault from now on; open connections end, as in a restart."""
        self.fault = fault
        if fault is Fault.REFUSE and self._server is not None:
            self._server.close()
            self._server = None
        elif fault is not Fault.REFUSE and self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]
        for writer in list(self._callers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._callers.add(writer)
        try:
            with contextlib.suppress(OSError):
                await self._converse(reader, writer)
        finally:
            self._callers.discard(writer)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: asyncio.StreamWriter | None = None
        answers: asyncio.Task[None] | None = None
        try:
            while data := await reader.read(_CHUNK):
                self.calls += data.startswith(b"POST ")
                if self.fault in {Fault.HANG, Fault.GARBAGE, Fault.RESET, Fault.REPLY}:
                    self._reply_instead(writer)
                    continue
                if upstream is None:
                    back, upstream = await asyncio.open_connection(self._upstream.host, self._upstream.port)
                    answers = asyncio.create_task(self._answers(back, writer))
                upstream.write(data)
        finally:
            if answers is not None:
                answers.cancel()
            if upstream is not None:
                upstream.transport.abort()

    def _reply_instead(self, writer: asyncio.StreamWriter) -> None:
        if self.fault is Fault.GARBAGE:
            writer.write(random.Random(self.calls).randbytes(400))  # nosec B311  # not a secret
        elif self.fault is Fault.REPLY:
            writer.write(self.response)
        elif self.fault is Fault.RESET:
            own: socket.socket = writer.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_ONCE)
            writer.transport.abort()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self.fault is Fault.CUT:
                    writer.write(data[: -len(data.partition(b"\r\n\r\n")[2]) // 2 or None])
                    await writer.drain()
                    break
                if self.fault is Fault.SLOW:
                    for byte in data:
                        writer.write(bytes([byte]))
                        await asyncio.sleep(_DRIP_SECONDS)
                else:
                    writer.write(data)
        writer.close()


@contextlib.asynccontextmanager
async def fault_proxy(upstream: Address) -> AsyncIterator[FaultProxy]:
    """Run a proxy on a free port."""
    proxy = FaultProxy(upstream)
    await proxy.switch(Fault.NONE)
    try:
        yield proxy
    finally:
        await proxy.switch(Fault.REFUSE)
