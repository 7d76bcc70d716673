"""A TCP proxy that breaks what goes through it, in a way that can be changed at any moment."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator
from enum import StrEnum

from lab.faults.connection import Address

_CHUNK = 65_536
_DRIP_SECONDS = 0.2
_RESET_AT_ONCE = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """What happens to a request."""

    NONE = "none"
    REFUSE = "refuse"  # nobody listens
    RESET = "reset"  # the connection is reset as soon as a request comes
    HANG = "hang"  # the request is taken, and no more is heard of it
    SLOW = "slow"  # the answer comes byte by byte
    GARBAGE = "garbage"  # the answer is no HTTP
    CUT = "cut"  # the answer ends in the middle of its body
    ANSWER = "answer"  # the proxy answers by itself


class FaultProxy:
    """Stands in front of `upstream`.

    `calls` counts the requests that came, as far as somebody listens; `answer` is what the proxy answers by itself.
    """

    def __init__(self, upstream: Address) -> None:
        self.calls = 0
        self.fault = Fault.NONE
        self.answer = b""
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._port = 0
        self._callers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(self._port, self._upstream.prefix)

    async def switch(self, fault: Fault) -> None:
        """Let another fault happen from now on; connections that are open end, as they would with a restart."""
        self.fault = fault
        if fault is Fault.REFUSE:
            await self._stop_listening()
        elif self._server is None:
            await self._listen()
        for writer in list(self._callers):
            writer.transport.abort()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

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
                if self.fault in {Fault.HANG, Fault.GARBAGE, Fault.RESET, Fault.ANSWER}:
                    self._answer_instead(writer)
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

    def _answer_instead(self, writer: asyncio.StreamWriter) -> None:
        if self.fault is Fault.GARBAGE:
            writer.write(random.Random(self.calls).randbytes(400))  # nosec B311  # no secret
        elif self.fault is Fault.ANSWER:
            writer.write(self.answer)
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
    """Give a running proxy on a free port."""
    proxy = FaultProxy(upstream)
    await proxy.switch(Fault.NONE)
    try:
        yield proxy
    finally:
        await proxy.switch(Fault.REFUSE)
