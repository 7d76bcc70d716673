"""Profiles: addresses and keys of several deployments, in a configuration file."""

import json
import os
import re
import shlex
import subprocess  # nosec B404  # for the command of the user
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from .._runtime import ConfigurationError

DEFAULT: Final = "default"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Where a profile has its key from: the file, a variable of the environment, an entry of a keyring, or the output of a
# command.
_KEYS: Final = ("api_key", "api_key_env", "api_key_keyring", "api_key_command")
_SERVICE: Final = "push-records"  # of the entries of a keyring
_SECONDS: Final = 60

Profile = Mapping[str, str]


def path() -> Path:
    """Return the path of the configuration file, which need not exist."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "push-records.toml"


def read() -> dict[str, Profile]:
    """Return the profiles by name; raise ConfigurationError for a file that is not valid."""
    try:
        found: dict[str, Any] = tomllib.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path()} cannot be read: {error}") from error
    for name, profile in found.items():
        fields = cast("dict[str, Any]", profile) if isinstance(profile, dict) else {"": None}
        if not all(isinstance(value, str) for value in fields.values()):
            raise ConfigurationError(f"{path()}: {name} is not a table of texts, such as url and api_key")
        if unknown := fields.keys() - {"url", *_KEYS}:
            raise ConfigurationError(f"{path()}: [{name}] has an unknown field: {min(unknown)}")
    return found


def address_and_key(url: str | None, name: str | None) -> tuple[str | None, str | None]:
    """Return the address and the key of a profile; None for what the environment has.

    Without a name, the environment comes first, then the profile `default`. A key is sent to the address of its own
    profile, or to `url`. Raises ConfigurationError if the profile or its key is missing.
    """
    if name is None and (url or os.environ.get("QUERY_SERVICE_URL")):
        return url, None
    profiles = read()
    if name is None and DEFAULT not in profiles:
        return None, None
    name = name or DEFAULT
    if name not in profiles:
        known = f"known are {', '.join(profiles)}" if profiles else "push-records login makes one"
        raise ConfigurationError(f"there is no profile {name} in {path()}; {known}")
    return url or _field(name, profiles[name], "url"), key(name, profiles[name])


def save(name: str, profile: Profile) -> None:
    """Write a profile to the file, which only its owner can read; raise ConfigurationError if that fails."""
    if not _NAME.fullmatch(name):
        raise ConfigurationError("the name of a profile has letters, digits, _ and - only")
    profiles = read() | {name: profile}
    text = "\n".join(
        f"[{name}]\n" + "".join(f"{field} = {json.dumps(value)}\n" for field, value in each.items())
        for name, each in profiles.items()
    )
    new = path().with_suffix(".new")
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        new.touch(mode=0o600, exist_ok=False)
        new.write_text(text, encoding="utf-8")
        new.replace(path())
    except OSError as error:
        raise ConfigurationError(f"{path()} cannot be written: {error.strerror}") from error


def _field(name: str, profile: Profile, field: str) -> str:
    if not profile.get(field):
        raise ConfigurationError(f"{path()}: [{name}] has no {field}")
    return profile[field]


def key(name: str, profile: Profile) -> str:
    """Return the key of a profile; raise ConfigurationError if it cannot be had."""
    if len(given := [field for field in _KEYS if profile.get(field)]) != 1:
        raise ConfigurationError(f"{path()}: [{name}] needs one of {', '.join(_KEYS)}")
    value = profile[given[0]]
    if given == ["api_key_env"]:
        if not os.environ.get(value):
            raise ConfigurationError(f"{value} is not set; the profile {name} has its key there")
        return os.environ[value]
    if given == ["api_key_keyring"]:
        with _keyring() as keyring:
            found = keyring.get_password(_SERVICE, value)
        if not found:
            raise ConfigurationError(f"the keyring has no key {value} of {_SERVICE}; login --keyring saves one")
        return str(found)
    return _output(name, value) if given == ["api_key_command"] else value


def save_in_keyring(name: str, key: str) -> Profile:
    """Save a key, and return the field of its profile; raise ConfigurationError if that fails."""
    with _keyring() as keyring:
        keyring.set_password(_SERVICE, name, key)
    return {"api_key_keyring": name}


@contextmanager
def _keyring() -> Generator[Any]:
    """Give the module `keyring`, of which not every user needs the packages; translate its errors."""
    try:
        import keyring.errors  # noqa: PLC0415  # as said
    except ImportError as error:
        raise ConfigurationError("a keyring needs: pip install 'query-service-client[keyring]'") from error
    try:
        yield keyring
    except keyring.errors.KeyringError as error:
        raise ConfigurationError(f"the keyring of this machine cannot be used: {error}") from error


def _output(name: str, command: str) -> str:
    """Return the output of a command; it has the terminal, so that it can ask for a password."""
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603  # the user's own command, without a shell
            shlex.split(command), stdout=subprocess.PIPE, errors="replace", timeout=_SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ConfigurationError(f"the api_key_command of the profile {name} failed") from error
    return done.stdout.strip()
