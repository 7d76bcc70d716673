"""The zips of the functions: complete, reproducible, small, and for Lambda's Python and machine."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.invocations import proxy_event
from tests.requirements import not_tested
from tools.deploy.packages import FUNCTIONS, PYTHON, ROOT, Function, build, interpreter
from tools.local.tables import definitions, dynamodb_client

NAMES = [function.name for function in FUNCTIONS]
HANDLERS = {"query-lambda": "query_lambda.handler", "query-result-lambda": "result_lambda.handler"}
# Calls a handler, and prints its answers and the modules that it loaded.
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
READ_BYTECODE = """
import importlib.util, marshal, sys
print(importlib.util.MAGIC_NUMBER.hex())
for path in sys.argv[1:]:
    print(marshal.loads(open(path, "rb").read()[16:]).co_filename)
"""
# No process listens at the address; the credentials are made up.
ENVIRON = {
    "SERVICE_URL": "http://127.0.0.1:9",
    "AWS_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
UNUSED = re.compile(r"(^|/)tests?/|\.pyi$|botocore/data/(?!dynamodb/)\w+/")
# In bytes. Lambda downloads a package at a cold start, so a new dependency should be noticed.
LARGEST = {"query-lambda": 1_000_000, "query-result-lambda": 10_000_000}


@dataclass(frozen=True)
class Built:
    """The folder of packages built for a Python, and an interpreter of it."""

    folder: Path
    interpreter: str


@pytest.fixture(scope="module", params=sorted({PYTHON, "3.13"}))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build both packages for the runtime of today, and for a later one."""
    command = interpreter(request.param)
    if command is None:
        not_tested(f"the packages for Python {request.param}", f"there is no python{request.param} on the PATH")
    folder = tmp_path_factory.mktemp("packages")
    for function in FUNCTIONS:
        build(function, folder, request.param)
    return Built(folder, command)


def unpacked(packages: Path, name: str, into: Path) -> Path:
    """Unpack a package into an empty folder."""
    task = into / "task"
    with zipfile.ZipFile(packages / f"{name}.zip") as archive:
        archive.extractall(task)
    return task


def ran(built: Built, program: str, *arguments: str, **options: Any) -> str:  # noqa: ANN401  # of subprocess
    """Return the output of a program in a bare interpreter, which has only the standard library."""
    command = [built.interpreter, "-I", "-S", "-B", "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603  # our own program
    assert 0 == done.returncode, done.stderr
    return done.stdout


def run(
    built: Built, task: Path, name: str, events: list[object], environ: Mapping[str, str] = ENVIRON
) -> dict[str, Any]:
    """Call a handler of an unpacked package, and return its answers and the loaded modules."""
    program = f"import sys; sys.path.insert(0, {str(task)!r})\n{PROGRAM}"
    output = ran(built, program, HANDLERS[name], input=json.dumps(events), env={**ENVIRON, **environ}, cwd=task)
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def answers(result: dict[str, Any]) -> list[tuple[int, Any]]:
    """Return the status and the body of each answer."""
    return [(answer["statusCode"], json.loads(answer["body"])) for answer in result["answers"]]


class Service(BaseHTTPRequestHandler):
    """Answers each request with its own body."""

    def do_POST(self) -> None:  # http.server calls it by this name
        """Send the body back."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no log."""


@pytest.fixture
def service() -> Iterator[str]:
    """Give the URL of a service."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_query_lambda_answers_with_nothing_else_on_the_path(built: Built, service: str, tmp_path: Path) -> None:
    """Unpacked into an empty folder, it forwards a request to the service and returns the answer."""
    task = unpacked(built.folder, "query-lambda", tmp_path)
    asked = {"user_id": "u1"}
    result = run(built, task, "query-lambda", [proxy_event("POST", "/query/user", asked)], {"SERVICE_URL": service})
    assert [(200, asked)] == answers(result)


def test_query_result_lambda_answers_with_nothing_else_on_the_path(
    built: Built, moto_endpoint: str, tmp_path: Path
) -> None:
    """Unpacked into an empty folder, it queries DynamoDB with the pruned botocore, and checks bodies."""
    name = f"notification-records-{uuid.uuid4().hex}"
    with contextlib.closing(dynamodb_client(moto_endpoint)) as client:
        client.create_table(TableName=name, **definitions()["notification-records"])
        row = {"user_id": {"S": "u1"}, "created_at": {"N": "1"}, "transaction_id": {"S": "t1"}, "status": {"S": "SENT"}}
        client.put_item(TableName=name, Item=row)
        events = [proxy_event("POST", "/query/user", body) for body in ({"user_id": "u1"}, {"user_id": 1})]
        environ = {"NOTIFICATION_TABLE": name, "DYNAMODB_ENDPOINT_URL": moto_endpoint}
        task = unpacked(built.folder, "query-result-lambda", tmp_path)
        found, refused = answers(run(built, task, "query-result-lambda", events, environ))
        client.delete_table(TableName=name)
    assert (200, ["t1"]) == (found[0], [item["transaction_id"] for item in found[1]["items"]])
    assert (400, "invalid_body") == (refused[0], refused[1]["code"])


@pytest.mark.parametrize("name", NAMES)
def test_a_package_runs_its_own_copies_from_their_bytecode(built: Built, name: str, tmp_path: Path) -> None:
    """Every module outside the standard library is loaded from the package, and none is compiled at a cold start."""
    task = unpacked(built.folder, name, tmp_path)
    result = run(built, task, name, [proxy_event("GET", "/health")])
    assert [] == [path for path in result["path"] if "site-packages" in path or str(Path.cwd()) == path]
    assert len([path for path in result["loaded"] if path.startswith(str(task))]) > 10
    assert [] == [path for path in result["loaded"] if "site-packages" in path]
    assert [] == [path for path in result["cached"] if path.startswith(str(task)) and not Path(path).is_file()]


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_a_package_carries_the_folders_of_its_function(built: Built, function: Function, tmp_path: Path) -> None:
    """They are as in the repository, and no other folder of the repository is there."""
    task = unpacked(built.folder, function.name, tmp_path)
    for folder in function.folders:
        source = {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / folder).rglob("*") if path.is_file()}
        carried = {path.relative_to(task): path.read_bytes() for path in (task / folder).rglob("*") if path.is_file()}
        assert {k: v for k, v in source.items() if "__pycache__" not in k.parts} == {
            k: v for k, v in carried.items() if "__pycache__" not in k.parts
        }
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert set(function.folders) == {path.name for path in task.iterdir()} & ours


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_a_package_is_the_same_byte_for_byte(
    function: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build elsewhere, with another hash seed and another umask, has the same bytes."""
    once = build(function, tmp_path / "here").read_bytes()
    monkeypatch.setenv("PYTHONHASHSEED", "42")
    mask = os.umask(0o077)
    try:
        again = build(function, tmp_path / "elsewhere").read_bytes()
    finally:
        os.umask(mask)
    assert once == again


def test_a_package_without_the_runtimes_interpreter_has_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can still be built: Lambda compiles the modules at a cold start."""
    monkeypatch.setenv("PATH", "")
    other = "3.12" if sys.version_info[:2] != (3, 12) else "3.11"
    with zipfile.ZipFile(build(FUNCTIONS[0], tmp_path, other)) as archive:
        assert [] == [entry for entry in archive.namelist() if entry.endswith(".pyc")]


@pytest.mark.parametrize("name", NAMES)
def test_bytecode_is_for_the_runtime_and_needs_no_check_of_its_source(built: Built, name: str, tmp_path: Path) -> None:
    """A zip does not keep the times of sources; tracebacks name the files where Lambda unpacks them."""
    task = unpacked(built.folder, name, tmp_path)
    codes = sorted(task.rglob("*.pyc"))
    assert len(list(task.rglob("*.py"))) == len(codes)
    magic, *files = ran(built, READ_BYTECODE, *map(str, codes)).splitlines()
    assert len(codes) == len(files)
    assert all(file.startswith("/var/task/") for file in files)
    assert {(bytes.fromhex(magic), 1)} == {
        (header[:4], int.from_bytes(header[4:8], "little")) for header in (code.read_bytes()[:8] for code in codes)
    }


@pytest.mark.parametrize("name", NAMES)
def test_libraries_are_for_lambdas_machine(built: Built, name: str) -> None:
    """They are ELF files for x86-64 that need no later libc than Amazon Linux 2 has."""
    with zipfile.ZipFile(built.folder / f"{name}.zip") as archive:
        libraries = [archive.read(entry) for entry in archive.namelist() if entry.endswith(".so")]
    assert libraries
    for content in libraries:
        assert (b"\x7fELF\x02\x01", 62) == (content[:6], int.from_bytes(content[18:20], "little"))
        needed = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_(2\.\d+)", content)}
        assert max(needed) <= (2, 26)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_as_small_as_it_can_be(built: Built, name: str) -> None:
    """It has no tests, no type stubs and no data of unused AWS services; `-s` prints its size."""
    path = built.folder / f"{name}.zip"
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: entry.file_size for entry in archive.infolist()}
    print(f"\n{path.name}: {path.stat().st_size:,} bytes, {sum(entries.values()):,} unpacked")  # noqa: T201  # to be seen
    assert [] == [entry for entry in entries if UNUSED.search(entry)]
    assert path.stat().st_size < LARGEST[name]
