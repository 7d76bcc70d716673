import json
import zipfile
from pathlib import Path

import pytest

from tools.deploy.wheels import DownloadError, download, files

FOUND = ["boto3/__init__.py", "boto3-1.0.dist-info/METADATA", "boto3-1.0.dist-info/licenses/LICENSE"]
BOTOCORE = [
    "botocore/data/partitions.json",
    "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
    "botocore/handlers.py",
]
LEFT_OUT = [
    "boto3-1.0.data/scripts/tool.py",
    "boto3-1.0.dist-info/RECORD",
    "boto3/py.typed",
    "boto3/session.pyi",
    "botocore/data/ec2/2016-11-15/service-2.json.gz",
    "botocore/data/dynamodb/2012-08-10/examples-1.json",
    "boto3/tests/test_session.py",
]


def wheel(folder: Path, *names: str) -> Path:
    """Write a wheel with these files."""
    path = folder / "boto3-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def test_a_function_gets_what_it_runs_and_what_scanners_read(tmp_path: Path) -> None:
    """Of botocore's services it gets DynamoDB; of the wheel's own records, its metadata and licence."""
    made = wheel(tmp_path, *FOUND, *BOTOCORE, *LEFT_OUT)
    assert sorted(FOUND + BOTOCORE) == [name for name, _ in files(made)]
    assert [name.encode() for name in sorted(FOUND + BOTOCORE)] == [content for _, content in files(made)]


def test_endpoints_are_those_of_dynamodb(tmp_path: Path) -> None:
    """Botocore reads the whole list at each cold start; a function of ours asks one service, in the partition `aws`."""
    path = tmp_path / "botocore-1.0-py3-none-any.whl"
    services = {"dynamodb": {"endpoints": {"ap-southeast-1": {}}}, "ec2": {"endpoints": {}}}
    partitions = [{"partition": name, "regions": {"r": {}}, "services": services} for name in ("aws", "aws-cn")]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("botocore/data/endpoints.json", json.dumps({"version": 3, "partitions": partitions}))
    ((_, content),) = files(path)
    kept = {"partition": "aws", "regions": {"r": {}}, "services": {"dynamodb": services["dynamodb"]}}
    assert {"version": 3, "partitions": [kept]} == json.loads(content)


def test_a_wheel_that_has_to_be_installed_is_refused(tmp_path: Path) -> None:
    """What an installer would put elsewhere cannot just be unpacked."""
    with pytest.raises(DownloadError, match=r"boto3-1\.0\.data/purelib/boto3\.py, which only an installer"):
        list(files(wheel(tmp_path, "boto3-1.0.data/purelib/boto3.py")))


def test_what_can_not_be_downloaded_is_said_in_pips_words(tmp_path: Path) -> None:
    """A requirement without a hash is refused before anything is fetched, and leaves nothing behind."""
    lock = tmp_path / "lock.txt"
    lock.write_text("six\n", encoding="utf-8")
    with pytest.raises(DownloadError, match=r"the wheels of lock\.txt could not be downloaded:"):
        download(lock, tmp_path / "cache")
    assert [] == list((tmp_path / "cache").iterdir())
