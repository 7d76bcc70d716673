"""A Lambda function in a process of its own, called as Lambda's runtime calls it: by the name of its handler."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
# The runtime's side of the process. Log lines go to standard output too, so results are marked.
RUNTIME = """
import importlib, json, os, sys
module, _, name = os.environ["_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(module), name)
class Context:
    def __init__(self, fields): vars(self).update(fields)
    def get_remaining_time_in_millis(self): return self.remaining
for line in sys.stdin:
    event, fields = json.loads(line)
    print("RESULT " + json.dumps(handler(event, Context(fields))), flush=True)
"""


class Context(Protocol):
    """The fields of a Lambda context that the handlers and their instrumentation read."""

    function_name: str
    aws_request_id: str
    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the call."""


class Runtime:
    """Calls the handler in the process, one event at a time, and keeps its log lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self._lock = threading.Lock()

    def __call__(self, event: dict[str, Any], context: Context) -> Any:  # noqa: ANN401  # any JSON
        """Return what the handler returns."""
        fields = {name: getattr(context, name) for name in ("function_name", "aws_request_id", "invoked_function_arn")}
        fields["remaining"] = context.get_remaining_time_in_millis()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            print(json.dumps([event, fields]), file=self._process.stdin, flush=True)
            for line in self._process.stdout:
                if line.startswith("RESULT "):
                    return json.loads(line.removeprefix("RESULT "))
                self.lines.append(json.loads(line))
        raise RuntimeError("the function ended")


@contextmanager
def running(handler: str, environ: Mapping[str, str], packages: Sequence[Path] = ()) -> Iterator[Runtime]:
    """Run the function whose handler is `handler`: with its code here, or with that of unpacked packages alone."""
    path = {"PYTHONPATH": ":".join(map(str, packages))} if packages else {}
    settings = {"_HANDLER": handler, "AWS_LAMBDA_FUNCTION_NAME": handler.partition(".")[0], **path, **environ}
    with subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, *(["-S"] if packages else []), "-c", RUNTIME],
        cwd=packages[0] if packages else ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Runtime(process)
        finally:
            process.kill()
