import contextlib
import socket
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tools.local.dynamodb_local import UnavailableError, dynamodb_local, installed
from tools.local.tables import NOTIFICATION_RECORDS, definitions, dynamodb_client


def test_it_listens_on_the_loopback_address_only(dynamodb_local_endpoint: str) -> None:
    """The engine listens on 127.0.0.1 only: else all of 127.0.0.0/8 would answer."""
    address = urlsplit(dynamodb_local_endpoint)
    port = address.port or 0

    assert address.hostname == "127.0.0.1"
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass
    with pytest.raises(OSError, match=r"refused|assign|unreachable|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_it_refuses_what_aws_refuses(dynamodb_local_endpoint: str) -> None:
    """The engine refuses a filter on a key of the index that is read, as AWS does."""
    name = f"strict-{uuid.uuid4().hex}"
    with contextlib.closing(dynamodb_client(dynamodb_local_endpoint)) as client:
        client.create_table(TableName=name, **definitions()[NOTIFICATION_RECORDS])

        with pytest.raises(ClientError, match="Filter Expression can only contain non-primary key attributes"):
            client.query(
                TableName=name,
                IndexName="marketing_id-index",
                KeyConditionExpression="marketing_id = :m",
                FilterExpression="created_at > :t",
                ExpressionAttributeValues={":m": {"S": "m"}, ":t": {"N": "1"}},
            )

        client.delete_table(TableName=name)


def test_another_package_than_the_pinned_one_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The digest of the package is pinned in the code, so a registry cannot serve another one."""
    _program(monkeypatch, tmp_path / "bin", name="npm", script='echo other > "$4/package.tgz"')

    with pytest.raises(UnavailableError, match="is not the package that is pinned"):
        installed(tmp_path / "cache")

    assert not list((tmp_path / "cache").iterdir())


def test_without_java_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without Java, the message names Java."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnavailableError, match="needs a Java 17 development kit"), dynamodb_local(tmp_path):
        pass


def test_without_npm_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without npm, the message names npm."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnavailableError, match="needs npm"):
        installed(tmp_path)


def test_a_download_that_fails_is_an_error_with_the_words_of_npm(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a network or the package, the message has npm's own error."""
    _program(monkeypatch, tmp_path / "bin", name="npm", script="echo ENOTFOUND >&2; exit 1")

    with pytest.raises(UnavailableError, match=r"npm could not fetch .*@2\.9\.30: ENOTFOUND"):
        installed(tmp_path / "cache")


def test_an_engine_that_does_not_start_is_an_error_with_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A Java that cannot run the engine is named as the cause."""
    _program(monkeypatch, tmp_path / "bin", name="java", script="echo UnsupportedClassVersionError >&2; exit 1")
    (tmp_path / "amplify-dynamodb-simulator-2.9.30").mkdir()

    with (
        pytest.raises(UnavailableError, match="needs a Java 17 development kit: UnsupportedClassVersionError"),
        dynamodb_local(tmp_path),
    ):
        pass


def _program(monkeypatch: pytest.MonkeyPatch, folder: Path, *, name: str, script: str) -> None:
    """Put a program of this name first on the search path."""
    folder.mkdir()
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
