"""The locked dependencies of a function, as wheels for Lambda's runtime."""

import fnmatch
import hashlib
import json
import shutil
import subprocess  # nosec B404  # pip is a command
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# python3.11 runs on Amazon Linux 2 (glibc 2.26), which takes wheels for glibc 2.17 but not those for 2.28.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
PYTHON: Final = (3, 11)
PLATFORM: Final = "manylinux2014_x86_64"

# botocore knows every service of AWS; a function of ours knows one.
_BOTOCORE_DATA: Final = "botocore/data/"
_BOTOCORE_NEEDED: Final = (
    "_retry.json",
    "endpoints.json",
    "partitions.json",
    "sdk-default-configuration.json",
    "dynamodb/2012-08-10/*",
)
_ENDPOINTS: Final = f"{_BOTOCORE_DATA}endpoints.json"
# What a type checker or a person reads.
_UNUSED: Final = (
    "*/tests/*",
    "*.pyi",
    "*/py.typed",
    "*/examples-1.json",
    "*.data/scripts/*",
)
# METADATA is what scanners for vulnerabilities read in a deployed package.
_ABOUT: Final = ("METADATA", "*LICENSE*", "*LICENCE*", "*COPYING*", "*NOTICE*")


class DownloadError(RuntimeError):
    """The wheels could not be had; the message is pip's own."""


def download(lock: Path, cache: Path) -> list[Path]:
    """Return the wheels that `lock` names with their hashes, in order; they are fetched once and kept in `cache`.

    Raises DownloadError if one cannot be had for Lambda's runtime, or is not what was locked.
    """
    content = lock.read_bytes() + f"{PYTHON} {PLATFORM}".encode()
    kept = cache / hashlib.sha256(content).hexdigest()[:16]
    if not kept.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as partial:
            _fetch(lock, Path(partial))
            _publish(Path(partial), kept)
    return sorted(kept.glob("*.whl"))


def files(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of what a function needs of a wheel.

    Raises DownloadError for a wheel that has to be installed, and not only unpacked.
    """
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith("/") or not _is_needed(name):
                continue
            if name.partition("/")[0].endswith(".data"):
                raise DownloadError(f"{wheel.name} has {name}, which only an installer knows where to put")
            content = archive.read(name)
            yield name, _endpoints(content) if name == _ENDPOINTS else content


def _endpoints(content: bytes) -> bytes:
    """Return botocore's list of endpoints with DynamoDB's in `aws` alone: it is read whole at each cold start."""
    listed = json.loads(content)
    listed["partitions"] = [each for each in listed["partitions"] if each["partition"] == "aws"]
    for partition in listed["partitions"]:
        partition["services"] = {"dynamodb": partition["services"]["dynamodb"]}
    return json.dumps(listed, sort_keys=True).encode()


def _is_needed(name: str) -> bool:
    top, _, within = name.partition("/")
    if top.endswith(".dist-info"):
        return _matches(within, _ABOUT)
    if name.startswith(_BOTOCORE_DATA):
        return _matches(name.removeprefix(_BOTOCORE_DATA), _BOTOCORE_NEEDED) and not _matches(name, _UNUSED)
    return not _matches(name, _UNUSED)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _fetch(lock: Path, into: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(into)]
    target = ["--only-binary=:all:", "--implementation=cp", f"--platform={PLATFORM}", f"--python-version={_version()}"]
    done = subprocess.run(  # noqa: S603  # nosec B603  # nothing of it comes from outside
        [*command, *target, "--requirement", str(lock)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DownloadError(f"the wheels of {lock.name} could not be downloaded:\n{done.stderr.strip()}")


def _publish(partial: Path, kept: Path) -> None:
    """Put the whole folder in place at once; another build may have been faster."""
    copy = Path(tempfile.mkdtemp(dir=kept.parent))
    shutil.copytree(partial, copy, dirs_exist_ok=True)
    try:
        copy.rename(kept)
    except OSError:
        shutil.rmtree(copy)
        if not kept.is_dir():
            raise


def _version() -> str:
    return ".".join(str(part) for part in PYTHON)
