"""The dependencies of a function are installed as locked, and reduced to the files that it uses."""

import json
from pathlib import Path

import pytest

from tools.deploy.dependencies import InstallError, install, prune
from tools.deploy.packages import FUNCTIONS, ROOT

KEPT = [
    "boto3/__init__.py",
    "boto3-1.0.dist-info/METADATA",
    "boto3-1.0.dist-info/licenses/LICENSE",
    "botocore/data/partitions.json",
    "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
    "botocore/handlers.py",
]
DELETED = [
    "bin/jp.py",
    "boto3-1.0.dist-info/RECORD",
    "boto3/py.typed",
    "boto3/session.pyi",
    "botocore/data/ec2/2016-11-15/service-2.json.gz",
    "botocore/data/dynamodb/2012-08-10/examples-1.json",
    "boto3/tests/test_session.py",
]


def test_files_that_a_function_does_not_use_are_deleted(tmp_path: Path) -> None:
    """Of botocore's services DynamoDB stays; of a package's records its metadata, for scanners, and its licence."""
    for name in KEPT + DELETED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    prune(tmp_path)
    left = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert set(KEPT) == set(left)
    assert all(name == path.read_text(encoding="utf-8") for name, path in left.items())


def test_endpoints_are_those_of_dynamodb(tmp_path: Path) -> None:
    """Botocore parses the whole file at each cold start; the function uses one service, in the partition `aws`."""
    path = tmp_path / "botocore" / "data" / "endpoints.json"
    path.parent.mkdir(parents=True)
    services = {"dynamodb": {"endpoints": {"ap-southeast-1": {}}}, "ec2": {"endpoints": {}}}
    partitions = [{"partition": name, "regions": {"r": {}}, "services": services} for name in ("aws", "aws-cn")]
    path.write_text(json.dumps({"version": 3, "partitions": partitions}), encoding="utf-8")
    prune(tmp_path)
    kept = {"partition": "aws", "regions": {"r": {}}, "services": {"dynamodb": services["dynamodb"]}}
    assert {"version": 3, "partitions": [kept]} == json.loads(path.read_text(encoding="utf-8"))


def test_requirement_without_a_hash_is_refused(tmp_path: Path) -> None:
    """The error names the lock file and has uv's message."""
    lock = tmp_path / "lock.txt"
    lock.write_text("six==1.17.0\n", encoding="utf-8")
    with pytest.raises(InstallError, match=r"the dependencies of lock\.txt cannot be installed:\n.*hash"):
        install(lock, tmp_path / "installed", "3.11")


def test_each_function_has_a_handler_and_a_lock_file() -> None:
    """The files that the list of functions names exist."""
    for function in FUNCTIONS:
        assert (ROOT / function.folders[0] / "handler.py").is_file()
        assert (ROOT / function.lock).is_file()
