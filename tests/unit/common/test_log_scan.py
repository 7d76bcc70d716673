"""The scan of all logs finds forbidden content, and fails the session."""

import base64
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from service.cursors import Cursors
from tests.gateways import KEYS, Sent, sign
from tests.log_scan import FORBIDDEN, kinds

pytest_plugins = ("pytester",)

Session = Callable[..., pytest.RunResult]

ROOT = Path(__file__).resolve().parents[3]
SIGNED = dict(sign(Sent()).headers)
CURSOR = Cursors({"k1": bytes(32)}).seal({"user_id": "u", "created_at": "1"}, "query_user", {})
LEAKS = [
    ("API key", KEYS[0].value),
    ("API key", '{"headers": {"x-api-key": "abcdefgh"}}'),
    ("API key", "KeyError: ('X-Api-Key', 'abcdefgh')"),
    ("authorization", "Authorization: Bearer abcdefgh"),
    ("authorization", "{'authorization': 'Basic abcdefgh'}"),
    ("cookie", "Cookie: session=1"),
    ("cursor", CURSOR),
    ("cursor", f"no cursor: {CURSOR[:60]}A0a"),
    ("cursor key", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"),
    ("mark of a test", "the MARKED-user"),
    ("secret key", "task-secret"),
    ("secret key", "AWS_SECRET_ACCESS_KEY=abc"),
    ("session token", SIGNED["x-amz-security-token"]),
    ("session token", "X-Amz-Security-Token: abcdefgh"),
    ("signature", SIGNED["authorization"]),
    ("signature", SIGNED["authorization"].rpartition(" ")[2]),
    ("user id", "test_user_001"),
    ("user id", "of user_0204"),
    ("user id", '{"user_id": "anybody"}'),
    ("user id", '{"body": "{\\"user_id\\": \\"anybody\\"}"}'),
]
HARMLESS = [
    '{"hop":"service","event":"request","request_id":"7d7f4b0e-54fb-4fb3-9a5c-2f4a5d1c8e21","operation":"query_user"}',
    '{"path":"/query/user","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","code":"invalid_cursor","status":400}',
    '{"dynamodb_request_ids":["J76TmtAIrbXD30iAUztZUn9xSAI2jr6swpIhf3hXmP0XwFBRw8JT"]}',
    "KeyError: 'user_id'",
    "user_id: value is too long; x-api-key and x-request-id are headers",
]
INNER = """
import logging

def test_forbidden_content_is_found():
    logging.getLogger({logger!r}).info("request", extra={{"said": {said!r}}})
    logging.getLogger("elsewhere").warning("harmless")
"""


@pytest.mark.parametrize(("kind", "line"), LEAKS, ids=[f"{index} {kind}" for index, (kind, _) in enumerate(LEAKS)])
def test_each_kind_is_found(kind: str, line: str) -> None:
    """At any place of a line."""
    assert kind in kinds(line)
    assert kind in kinds(f'{{"level":"info","reason":"{line}"}}')


def test_every_kind_has_an_example() -> None:
    """No pattern is left untried."""
    assert set(FORBIDDEN) == {kind for kind, _ in LEAKS}


@pytest.mark.parametrize("line", HARMLESS)
def test_regular_lines_pass(line: str) -> None:
    """Ids of requests, names of fields, codes."""
    assert [] == kinds(line)


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Run a session of its own over a test; give how it ended."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(test: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test)
        return pytester.runpytest_subprocess("-p", "tests.log_scan", "-p", "no:cacheprovider", *options)

    return run


@pytest.mark.parametrize("logger", ["service.errors", "uvicorn.error"])
def test_a_leak_fails_the_session(session: Session, logger: str) -> None:
    """Of whichever logger, with the line and its test, though each test passed."""
    ended = session(INNER.format(logger=logger, said="test_user_001").replace("info", "warning"))
    ended.assert_outcomes(passed=1)
    assert pytest.ExitCode.TESTS_FAILED == ended.ret
    ended.stdout.fnmatch_lines(
        [
            "*2 log lines looked at, 1 leaks*",
            "user id in test_a_leak*::test_forbidden_content_is_found",
            '*"said":"test_user_001"*',
        ]
    )


def test_a_session_without_leaks_passes(session: Session) -> None:
    """Our own loggers are seen from level INFO on."""
    ended = session(INNER.format(logger="service", said="nothing"))
    assert pytest.ExitCode.OK == ended.ret
    ended.stdout.fnmatch_lines(["2 log lines looked at, 0 leaks"])


def test_output_of_a_process_is_looked_at_where_a_test_hands_it_over(session: Session) -> None:
    """Line by line."""
    ended = session("def test_process(look_at_output):\n    look_at_output('fine\\nfor test_user_001\\n')\n")
    assert pytest.ExitCode.TESTS_FAILED == ended.ret
    ended.stdout.fnmatch_lines(["user id in *test_process", "  for test_user_001"])


@pytest.mark.parametrize(("value", "exit_code"), [("nothing", pytest.ExitCode.OK), ("test_user_001", 1)])
def test_a_leak_in_a_worker_of_xdist_fails_the_session(session: Session, value: str, exit_code: int) -> None:
    """The workers' lines are counted and checked as those of a single process."""
    ended = session(INNER.format(logger="service", said=value), "-n", "1")
    assert exit_code == ended.ret
    ended.stdout.fnmatch_lines([f"*2 log lines looked at, {int(exit_code)} leaks*"])
