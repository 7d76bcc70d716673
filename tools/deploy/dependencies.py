"""Installs the locked dependencies of a function for Lambda's runtime, and removes files that it does not use."""

import fnmatch
import json
import subprocess  # nosec B404  # uv is a command
import sys
from pathlib import Path
from typing import Final

# Wheels for glibc 2.17, which all of Lambda's runtimes accept: python3.11 has glibc 2.26, later ones 2.34.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
PLATFORM: Final = "x86_64-manylinux2014"

_BOTOCORE_DATA: Final = "botocore/data/"
_ENDPOINTS: Final = f"{_BOTOCORE_DATA}endpoints.json"
# botocore has data for every service of AWS; the function uses DynamoDB's.
_BOTOCORE_NEEDED: Final = (
    "_retry.json",
    "endpoints.json",
    "partitions.json",
    "sdk-default-configuration.json",
    "dynamodb/2012-08-10/*",
)
# Files for type checkers, for people and for command lines.
_UNUSED: Final = (
    "*/tests/*",
    "*.pyi",
    "*/py.typed",
    "*/examples-1.json",
    "bin/*",
)
# Vulnerability scanners read METADATA in a deployed package.
_METADATA: Final = ("METADATA", "*LICENSE*", "*LICENCE*", "*COPYING*", "*NOTICE*")


class InstallError(RuntimeError):
    """The dependencies cannot be installed; the message is uv's."""


def install(lock: Path, into: Path, python: str) -> None:
    """Install the wheels that `lock` names, with their hashes, for Lambda's Python `python` (as in `3.11`).

    uv's cache is used first, so that a build works offline once the cache has the wheels. Raises InstallError.
    """
    target = ["--target", str(into), "--python-platform", PLATFORM, "--python-version", python, "--link-mode", "copy"]
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirements", str(lock)]
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", *target, *locked]
    for attempt in ([*command, "--offline"], command):
        done = subprocess.run(attempt, capture_output=True, errors="replace", check=False)  # noqa: S603  # nosec B603  # fixed
        if done.returncode == 0:
            (into / ".lock").unlink(missing_ok=True)
            return
    raise InstallError(f"the dependencies of {lock.name} cannot be installed:\n{done.stderr.strip()}")


def prune(folder: Path) -> None:
    """Delete the files of installed packages that a function does not need at run time."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if not _is_needed(name):
            path.unlink()
        elif name == _ENDPOINTS:
            path.write_bytes(_endpoints(path.read_bytes()))


def _endpoints(content: bytes) -> bytes:
    """Return botocore's endpoints reduced to DynamoDB in the partition `aws`: each cold start parses the whole file."""
    listed = json.loads(content)
    listed["partitions"] = [each for each in listed["partitions"] if each["partition"] == "aws"]
    for partition in listed["partitions"]:
        partition["services"] = {"dynamodb": partition["services"]["dynamodb"]}
    return json.dumps(listed, sort_keys=True).encode()


def _is_needed(name: str) -> bool:
    top, _, within = name.partition("/")
    if top.endswith(".dist-info"):
        return _matches(within, _METADATA)
    if _matches(name, _UNUSED):
        return False
    return not name.startswith(_BOTOCORE_DATA) or _matches(name.removeprefix(_BOTOCORE_DATA), _BOTOCORE_NEEDED)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
