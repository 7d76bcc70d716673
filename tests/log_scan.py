"""A pytest plugin that fails the session if a logged line contains a secret or personal data.

It checks the lines of every logger in this process, formatted as in production (our own loggers from level INFO), and
the output of child processes that tests pass to `look_at_output`.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from typing import Any, Final

import pytest

from common.logs import JsonFormatter

OWN_LOGGERS: Final = (
    "common",
    "gateway",
    "generated_client",
    "internal_gateway",
    "public_gateway",
    "query_lambda",
    "query_service_client",
    "result_lambda",
    "service",
    "tools",
)
# Between a name and its value: in a header, in JSON, in JSON within JSON, or in a Python repr.
_IS: Final = r"\\?[\"']?\s*[:=,]\s*\\?[\"']?"
# Not a request id, which can be any word.
_NAMED: Final = r"(?<!request_id\":\")"
# Forbidden in every line: secrets and personal data by their shape, and the values of the tests and the sample rows.
FORBIDDEN: Final = {
    "API key": re.compile(rf"(?i){_NAMED}x-api-key{_IS}[\w-]{{6,}}|local-development-key|key-of-(?:the-)?\w+"),
    "authorization": re.compile(
        rf"(?i){_NAMED}authorization{_IS}[\w-]{{5,}}|bearer [\w.~+/-]{{6,}}|basic [a-z0-9+/]{{12,}}=*"
    ),
    "cookie": re.compile(rf"(?i){_NAMED}\bcookie{_IS}[\w-]+="),
    "cursor": re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{60,}", re.ASCII),
    "cursor key": re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{43}="),
    "mark of a test": re.compile(r"MARKED"),
    "secret key": re.compile(rf"\b(?:task|foreign)-secret\b|(?i:aws_?secret_?access_?key{_IS}\w+)"),
    "session token": re.compile(rf"(?i){_NAMED}x-amz-security-token{_IS}[\w-]{{6,}}|\btask-session\b"),
    "signature": re.compile(r"AWS4-HMAC-SHA256 Credential|Signature=|(?i:\bcredential=)"),
    "user id": re.compile(r"\btest_user_\w+|\buser_0\d{2,}|[\"']user_id\\?[\"']: ?\\?[\"'][^\"'\\]"),
}
# (test, kind, reason) of lines that are not leaks.
ALLOWED: Final[tuple[tuple[str, str, str], ...]] = ()
_SHOWN: Final = 500


@dataclass(frozen=True)
class Leak:
    """A line with a forbidden value, and the test that logged it."""

    kind: str
    test: str
    line: str


def kinds(line: str) -> list[str]:
    """Return the kinds of forbidden values in a line."""
    return [kind for kind, pattern in FORBIDDEN.items() if pattern.search(line)]


class LogScan(logging.Handler):
    """Checks every logged line and keeps those that leak.

    With pytest-xdist each worker checks its own lines and sends the result to the controller, which fails the session.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.test = "before the first test"
        self.lines = 0
        self.leaks: list[Leak] = []
        self._levels: dict[str, int] = {}
        self._others = _Others(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Check a record in the form in which it would be written."""
        self.look(self.format(record))

    def look(self, line: str) -> None:
        """Check a line."""
        self.lines += 1
        for kind in kinds(line):
            if not any(self.test.startswith(test) and kind == allowed for test, allowed, _ in ALLOWED):
                self.leaks.append(Leak(kind, self.test, line))

    def begin(self) -> None:
        """Attach to all loggers."""
        for name in OWN_LOGGERS:
            logger = logging.getLogger(name)
            self._levels[name] = logger.level
            logger.setLevel(logging.INFO)
            logger.addHandler(self)
        logging.getLogger().addHandler(self._others)

    def end(self) -> None:
        """Detach, and restore the levels."""
        for name, level in self._levels.items():
            logging.getLogger(name).removeHandler(self)
            logging.getLogger(name).setLevel(level)
        logging.getLogger().removeHandler(self._others)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note which test runs."""
        self.test = item.nodeid
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session for a leak; in a worker of xdist, send the result to the controller."""
        sent = getattr(session.config, "workeroutput", None)
        if sent is not None:
            sent["log_scan"] = (self.lines, [astuple(leak) for leak in self.leaks])
        if self.leaks and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  # xdist has no types
        """Add the result of a worker; a worker that crashed has none, and xdist reports it."""
        lines, leaks = getattr(node, "workeroutput", {}).get("log_scan", (0, ()))
        self.lines += lines
        self.leaks += (Leak(*leak) for leak in leaks)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the number of lines, and each leak with its test and its line."""
        result = f"{self.lines} log lines looked at, {len(self.leaks)} leaks"
        if self.leaks:
            terminalreporter.section(result, red=True)
        else:
            terminalreporter.line(result)
        for leak in self.leaks:
            terminalreporter.line(f"{leak.kind} in {leak.test}", red=True)
            terminalreporter.line(f"  {leak.line[:_SHOWN]}")


class _Others(logging.Handler):
    """Passes on records of loggers that are not ours; ours are checked by their own handler."""

    def __init__(self, scan: LogScan) -> None:
        super().__init__()
        self._scan = scan

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in OWN_LOGGERS:
            self._scan.handle(record)


@pytest.fixture(scope="session")
def look_at_output(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Give a function that checks the output of a process."""
    scan = pytestconfig.pluginmanager.getplugin("log_scan")
    assert isinstance(scan, LogScan)

    def look(text: str) -> None:
        for line in text.splitlines():
            scan.look(line)

    return look


def pytest_configure(config: pytest.Config) -> None:
    """Check from the start of the session."""
    scan = LogScan()
    scan.begin()
    config.pluginmanager.register(scan, "log_scan")
    config.add_cleanup(scan.end)
