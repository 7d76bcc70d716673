"""Profiles of `push-records`: addresses and keys in a file of the user's."""

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sdk.harness import Script, problem
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

# A keyring that keeps the keys in a file.
BACKEND = """from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        path = Path(__file__).with_name(f"{service}-{username}")
        return path.read_text() if path.exists() else None

    def set_password(self, service, username, password):
        Path(__file__).with_name(f"{service}-{username}").write_text(password)
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of the configuration file."""
    return tmp_path / "push-records.toml"


@pytest.fixture
def run(environment: Environment, tmp_path: Path) -> Run:
    """Run the command line with a configuration folder of its own and without the variables of a service."""

    def run(*arguments: str, key: str = "", status: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", "-c", 'echo "$KEY" | push-records "$@"', "sh", *arguments]
        there = {"XDG_CONFIG_HOME": str(tmp_path), "KEY": key}
        return environment.run(*command, cwd=tmp_path, status=status, **there | environ)

    return run


def test_login_saves_what_later_commands_use(run: Run, file: Path) -> None:
    """In a file that only its owner can read; the key was tried out, and is not shown."""
    script = Script()
    with scripted(script) as url:
        done = run("login", "--url", url, key="abc")
        assert f"push-records: saved the profile default in {file}\n" == done.stderr
        assert 0o600 == stat.S_IMODE(file.stat().st_mode)
        run("user", "u1")
    assert ["abc", "abc"] == [request.headers["x-api-key"] for request in script.requests]
    assert "abc" not in done.stdout + done.stderr


def test_login_keeps_the_other_profiles(run: Run, file: Path) -> None:
    """And writes texts that TOML has to escape."""
    file.write_text('[old]\nurl = "http://127.0.0.1:9"\napi_key_command = "printf \\"k\\""\n', encoding="utf-8")
    script = Script()
    with scripted(script) as url:
        run("login", "--profile", "new", "--url", url, key="n")
        run("user", "u1", "--profile", "old", "--url", url)
        run("user", "u1", PUSH_RECORDS_PROFILE="new")
    assert ["n", "k", "n"] == [request.headers["x-api-key"] for request in script.requests]


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [("--key-env", "MY_KEY", 'api_key_env = "MY_KEY"'), ("--key-command", "echo abc", 'api_key_command = "echo abc"')],
)
def test_login_can_keep_the_key_elsewhere(run: Run, file: Path, option: str, value: str, line: str) -> None:
    """In the environment, or where a command of a keyring finds it; the file has no key."""
    script = Script()
    with scripted(script) as url:
        run("login", "--url", url, option, value, MY_KEY="abc")
        run("user", "u1", MY_KEY="abc")
    assert ["abc", "abc"] == [request.headers["x-api-key"] for request in script.requests]
    assert [f'url = "{url}"', line] == file.read_text(encoding="utf-8").splitlines()[1:3]


def test_login_can_keep_the_key_in_a_keyring(run: Run, file: Path, tmp_path: Path) -> None:
    """In an entry for the profile; the file has its name alone."""
    (tmp_path / "ours.py").write_text(BACKEND, encoding="utf-8")
    there = {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "ours.Keyring"}
    script = Script()
    with scripted(script) as url:
        run("login", "--profile", "dev", "--url", url, "--keyring", key="abc", **there)
        run("user", "u1", "--profile", "dev", **there)
        assert "the keyring has no key prod of push-records" in _entry(run, file, "prod", url, **there)
    assert ["abc", "abc"] == [request.headers["x-api-key"] for request in script.requests]


def test_machine_without_a_keyring_is_2_with_one_line(run: Run, file: Path, tmp_path: Path) -> None:
    """Or without the packages for it: the message names what to install."""
    url = "http://127.0.0.1:9"
    said = _entry(run, file, "dev", url, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert (1, True) == (len(said.splitlines()), "the keyring of this machine cannot be used" in said)
    (tmp_path / "keyring.py").write_text("raise ImportError", encoding="utf-8")
    said = _entry(run, file, "dev", url, PYTHONPATH=str(tmp_path))
    assert (1, True) == (len(said.splitlines()), "pip install 'query-service-client[keyring]'" in said)


def _entry(run: Run, file: Path, entry: str, url: str, **there: str) -> str:
    file.write_text(f'[dev]\nurl = "{url}"\napi_key_keyring = "{entry}"\n', encoding="utf-8")
    return run("user", "u1", "--profile", "dev", status=2, **there).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--key-env", "NO_KEY"], "NO_KEY is not set"),
        (["--key-command", "false"], "the api_key_command of the profile default failed"),
        (["--key-env", "A", "--key-command", "b"], "give one of --key-env, --key-command and --keyring"),
    ],
)
def test_key_that_cannot_be_had_is_not_saved(run: Run, file: Path, arguments: list[str], said: str) -> None:
    """The message names where it should be."""
    assert said in run("login", "--url", "http://127.0.0.1:9", *arguments, status=2).stderr
    assert not file.exists()


def test_refused_key_is_not_saved(run: Run, file: Path) -> None:
    """The code is that of a refusal."""
    with scripted(Script([problem(403)])) as url:
        run("login", "--url", url, key="wrong", status=1)
    assert not file.exists()


def test_named_profile_comes_before_the_environment(run: Run, file: Path) -> None:
    """A key of the environment goes to the address of the environment only."""
    named, other = Script(), Script()
    with scripted(named) as url, scripted(other) as elsewhere:
        text = f'[default]\nurl = "{url}"\napi_key = "d"\n[dev]\nurl = "{url}"\napi_key_env = "DEV_KEY"\n'
        file.write_text(text, encoding="utf-8")
        there = {"QUERY_SERVICE_URL": elsewhere, "QUERY_SERVICE_API_KEY": "e", "DEV_KEY": "v"}
        run("user", "u1", "--profile", "dev", **there)
        run("user", "u1", **there)
    assert (["v"], ["e"]) == tuple([each.headers["x-api-key"] for each in script.requests] for script in (named, other))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no profile dev in"),
        ('[other]\nurl = "http://h"\n', "known are other"),
        ("[dev", "cannot be read"),
        ("dev = 1", "dev is not a table of texts"),
        ('[dev]\nurl = "http://h"\nkey = "k"', "[dev] has an unknown field: key"),
        ('[dev]\nurl = "http://h"', "[dev] needs one of api_key, api_key_env, api_key_keyring, api_key_command"),
        ('[dev]\napi_key = "k"', "[dev] has no url"),
        ('[dev]\nurl = "http://h"\napi_key_env = "NO_KEY"', "NO_KEY is not set"),
        ('[dev]\nurl = "http://h"\napi_key_command = "false"', "the api_key_command of the profile dev failed"),
        (
            '[dev]\nurl = "http://h"\napi_key_command = "no-such-command"',
            "the api_key_command of the profile dev failed",
        ),
    ],
)
def test_unusable_profile_is_2_with_one_line(run: Run, file: Path, text: str, said: str) -> None:
    """It names the file or the variable, and the field."""
    file.write_text(text, encoding="utf-8")
    done = run("user", "u1", "--profile", "dev", status=2)
    assert (1, True) == (len(done.stderr.splitlines()), said in done.stderr)
