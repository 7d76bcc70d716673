"""The scripted service of harness.py on a real port, for programs that run in a process of their own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

Fault = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def scripted(script: Callable[[httpx.Request], httpx.Response | Fault]) -> Iterator[str]:
    """Serve a script on 127.0.0.1, and give its address; a fault treats the connection itself."""

    class Handler(BaseHTTPRequestHandler):
        """Answers each request by the script."""

        def do_POST(self) -> None:
            """Answer a request."""
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = script(httpx.Request(self.command, self.path, headers=dict(self.headers), content=content))
            with suppress(ConnectionError):  # of a client that was stopped
                if not isinstance(answer, httpx.Response):
                    answer(self)
                    return
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.content)

        do_GET = do_POST  # noqa: N815  # the name of the base class

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
