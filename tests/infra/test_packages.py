import contextlib
import json
import marshal
import os
import re
import subprocess
import sys
import threading
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.invocations import proxy_event
from tools.deploy.packages import FUNCTIONS, Function, build
from tools.local.tables import definitions, dynamodb_client

NAMES = [function.name for function in FUNCTIONS]
HANDLERS = {"query-lambda": "query_lambda.handler", "query-result-lambda": "result_lambda.handler"}
# Each is started, asked, and says what of the package it has loaded.
PROGRAM = """
import importlib, json, sys
handler = importlib.import_module(sys.argv[1]).lambda_handler
class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    def get_remaining_time_in_millis(self): return 2000
answers = [handler(event, Context()) for event in json.load(sys.stdin)]
loaded = sorted(m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None))
cached = sorted(m.__cached__ for m in list(sys.modules.values()) if getattr(m, "__cached__", None))
print("\\n" + json.dumps({"answers": answers, "path": sys.path, "loaded": loaded, "cached": cached}))
"""
# Nobody listens at the first; the credentials open nothing.
ENVIRON = {
    "QUERY_SERVICE_URL": "http://127.0.0.1:9",
    "AWS_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
UNUSED = re.compile(r"(^|/)tests?/|\.pyi$|botocore/data/(?!dynamodb/)\w+/")
# 1 MB and 10 MB: what Lambda fetches at a cold start. A dependency that nobody noticed would break this.
LARGEST = {"query-lambda": 1_000_000, "query-result-lambda": 10_000_000}


def unpacked(packages: Path, name: str, into: Path) -> Path:
    """Unpack a package into a folder of its own, which no other code is near."""
    task = into / "task"
    with zipfile.ZipFile(packages / f"{name}.zip") as archive:
        archive.extractall(task)
    return task


def run(task: Path, name: str, events: list[object], environ: Mapping[str, str] = ENVIRON) -> dict[str, Any]:
    """Call a handler in a bare interpreter: it has the package and the standard library, and nothing else."""
    program = f"import sys; sys.path.insert(0, {str(task)!r})\n{PROGRAM}"
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-I", "-S", "-B", "-c", program, HANDLERS[name]],
        input=json.dumps(events),
        env={**ENVIRON, **environ},
        cwd=task,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def answers(said: dict[str, Any]) -> list[tuple[int, Any]]:
    """Return the status and the body of each answer."""
    return [(answer["statusCode"], json.loads(answer["body"])) for answer in said["answers"]]


class Service(BaseHTTPRequestHandler):
    """Answers every call with what was asked, as the service behind the load balancer."""

    def do_POST(self) -> None:  # the name that http.server looks for
        """Send the body back."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """Give the URL of a service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_query_lambda_answers_with_nothing_else_on_the_path(packages: Path, service: str, tmp_path: Path) -> None:
    """Unpacked into an empty folder, it hands a request to the service and the answer back."""
    task = unpacked(packages, "query-lambda", tmp_path)
    asked = {"user_id": "u1"}
    said = run(task, "query-lambda", [proxy_event("POST", "/query/user", asked)], {"QUERY_SERVICE_URL": service})
    assert [(200, asked)] == answers(said)


def test_query_result_lambda_answers_with_nothing_else_on_the_path(
    packages: Path, moto_endpoint: str, tmp_path: Path
) -> None:
    """Unpacked into an empty folder, it queries DynamoDB with the part of botocore that it has, and checks bodies."""
    name = f"notification-records-{uuid.uuid4().hex}"
    with contextlib.closing(dynamodb_client(moto_endpoint)) as client:
        client.create_table(TableName=name, **definitions()["notification-records"])
        row = {"user_id": {"S": "u1"}, "created_at": {"N": "1"}, "transaction_id": {"S": "t1"}, "status": {"S": "SENT"}}
        client.put_item(TableName=name, Item=row)
        events = [proxy_event("POST", "/query/user", body) for body in ({"user_id": "u1"}, {"user_id": 1})]
        environ = {"NOTIFICATION_TABLE": name, "DYNAMODB_ENDPOINT_URL": moto_endpoint}
        task = unpacked(packages, "query-result-lambda", tmp_path)
        found, refused = answers(run(task, "query-result-lambda", events, environ))
        client.delete_table(TableName=name)
    assert (200, ["t1"]) == (found[0], [item["transaction_id"] for item in found[1]["items"]])
    assert (400, "invalid_body") == (refused[0], refused[1]["code"])


@pytest.mark.parametrize("name", NAMES)
def test_a_package_runs_its_own_copies_from_their_bytecode(packages: Path, name: str, tmp_path: Path) -> None:
    """Every module that is not Python's own is loaded from the package, and none has to be compiled at a cold start."""
    task = unpacked(packages, name, tmp_path)
    said = run(task, name, [proxy_event("GET", "/health")])
    assert [] == [path for path in said["path"] if "site-packages" in path or str(Path.cwd()) == path]
    own = [path for path in said["loaded"] if path.startswith(str(task))]
    assert len(own) > 10
    assert [] == [path for path in said["loaded"] if "site-packages" in path]
    assert [] == [path for path in said["cached"] if path.startswith(str(task)) and not Path(path).is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_a_package_has_no_module_of_ours_that_it_does_not_load(packages: Path, name: str, tmp_path: Path) -> None:
    """Of `common` it carries what it imports, traces also where they are not asked for; of others nothing."""
    task = unpacked(packages, name, tmp_path)
    loaded = {Path(path).relative_to(task) for path in run(task, name, [])["loaded"] if path.startswith(str(task))}
    folder = HANDLERS[name].partition(".")[0]
    carried = {path.relative_to(task) for part in (folder, "common") for path in (task / part).rglob("*.py")}
    assert carried - {Path("common/otel.py")} == {path for path in loaded if path.parts[0] in {folder, "common"}}
    assert not {path.name for path in task.iterdir()} & {"tests", "local", "contract", "service", "generated_client"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_a_package_is_the_same_byte_for_byte(
    function: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built twice: the second time elsewhere, with another seed for hashes and another umask."""
    once = build(function, tmp_path / "here").read_bytes()
    monkeypatch.setenv("PYTHONHASHSEED", "42")
    mask = os.umask(0o077)
    try:
        again = build(function, tmp_path / "elsewhere").read_bytes()
    finally:
        os.umask(mask)
    assert once == again


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_for_lambdas_python_and_machine(packages: Path, name: str) -> None:
    """Bytecode of Python 3.11 that needs no check of its source, and libraries for x86-64 and an old enough libc."""
    with zipfile.ZipFile(packages / f"{name}.zip") as archive:
        names = archive.namelist()
        codes = [archive.read(entry) for entry in names if entry.endswith(".pyc")]
        libraries = {entry: archive.read(entry) for entry in names if entry.endswith(".so")}
    sources = [entry for entry in names if entry.endswith(".py")]
    assert len(sources) == len(codes)
    assert {(3495).to_bytes(2, "little") + b"\r\n"} == {code[:4] for code in codes}
    assert {1} == {int.from_bytes(code[4:8], "little") for code in codes}
    assert all(marshal.loads(code[16:]).co_filename.startswith("/var/task/") for code in codes)  # noqa: S302  # our own
    assert libraries
    for content in libraries.values():
        assert (b"\x7fELF\x02\x01", 62) == (content[:6], int.from_bytes(content[18:20], "little"))
        needed = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_(2\.\d+)", content)}
        assert max(needed) <= (2, 26)  # Amazon Linux 2


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_as_small_as_it_can_be(packages: Path, name: str) -> None:
    """No tests, no types, no services of AWS that are not used; its size is printed with `-s`."""
    path = packages / f"{name}.zip"
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry.file_size for entry in archive.infolist()}
    print(f"\n{path.name}: {path.stat().st_size:,} bytes, {sum(entries.values()):,} unpacked")  # noqa: T201  # to be seen
    assert [] == [
        entry for entry in entries if re.search(r"(^|/)tests?/|\.pyi$|botocore/data/(?!dynamodb/)\w+/", entry)
    ]
    assert path.stat().st_size < LARGEST[name]
