"""The scripted service of harness.py on a real port, for programs that run in a process of their own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@contextmanager
def scripted(script: Callable[[httpx.Request], httpx.Response]) -> Iterator[str]:
    """Serve a script on 127.0.0.1, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        """Answers each request by the script."""

        def do_POST(self) -> None:
            """Answer a request."""
            content = self.rfile.read(int(self.headers["Content-Length"]))
            answer = script(httpx.Request("POST", self.path, headers=dict(self.headers), content=content))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # of a client that was stopped
                self.wfile.write(answer.content)

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
