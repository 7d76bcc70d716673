"""A plugin of pytest: fails the session if any line that is logged in it holds a secret or somebody's data.

It sees what every logger of this process logs, as the container would write it and from level INFO on for our own, and
what tests hand over of the output of processes that they start.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

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
# Between a name and its value, in a header, in JSON, in JSON within JSON, or in Python's words.
_IS: Final = r"\\?[\"']?\s*[:=,]\s*\\?[\"']?"
# What no line may hold: of any caller, by its shape, and what the tests and the sample rows make use of.
FORBIDDEN: Final = {
    "API key": re.compile(rf"(?i)x-api-key{_IS}[\w-]{{6,}}|local-development-key|key-of-(?:the-)?\w+"),
    "authorization": re.compile(rf"(?i)authorization{_IS}[\w-]{{5,}}|bearer [\w.~+/-]{{6,}}|basic [a-z0-9+/]{{12,}}=*"),
    "cookie": re.compile(rf"(?i)\bcookie{_IS}[\w-]+="),
    "cursor": re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{60,}", re.ASCII),
    "cursor key": re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{43}="),
    "mark of a test": re.compile(r"MARKED"),
    "secret key": re.compile(rf"\b(?:task|foreign)-secret\b|(?i:aws_?secret_?access_?key{_IS}\w+)"),
    "session token": re.compile(rf"(?i)x-amz-security-token{_IS}[\w-]{{6,}}|\btask-session\b"),
    "signature": re.compile(r"AWS4-HMAC-SHA256|Signature=|(?i:\bcredential=)"),
    "user id": re.compile(r"\btest_user_\w+|\buser_0\d{2,}|[\"']user_id\\?[\"']: ?\\?[\"'][^\"'\\]"),
}
# Which tests log what, and why it is no leak.
ALLOWED: Final[tuple[tuple[str, str, str], ...]] = ()
_SHOWN: Final = 500


@dataclass(frozen=True)
class Leak:
    """A line that says too much, and the test in which it was logged."""

    kind: str
    test: str
    line: str


def kinds(line: str) -> list[str]:
    """Return what a line holds that it may not."""
    return [kind for kind, pattern in FORBIDDEN.items() if pattern.search(line)]


class LogScan(logging.Handler):
    """Looks at every line, and keeps those that say too much."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.test = "before the first test"
        self.lines = 0
        self.leaks: list[Leak] = []
        self._levels: dict[str, int] = {}
        self._others = _Others(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record as the line that it would be."""
        self.look(self.format(record))

    def look(self, line: str) -> None:
        """Look at a line."""
        self.lines += 1
        for kind in kinds(line):
            if not any(self.test.startswith(test) and kind == allowed for test, allowed, _ in ALLOWED):
                self.leaks.append(Leak(kind, self.test, line))

    def begin(self) -> None:
        """See all loggers from now on."""
        for name in OWN_LOGGERS:
            logger = logging.getLogger(name)
            self._levels[name] = logger.level
            logger.setLevel(logging.INFO)
            logger.addHandler(self)
        logging.getLogger().addHandler(self._others)

    def end(self) -> None:
        """Leave the loggers as they were."""
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
        """Fail the session for a leak."""
        if self.leaks and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many lines were looked at, and name each leak with its test and its line."""
        said = f"{self.lines} log lines looked at, {len(self.leaks)} leaks"
        if self.leaks:
            terminalreporter.section(said, red=True)
        else:
            terminalreporter.line(said)
        for leak in self.leaks:
            terminalreporter.line(f"{leak.kind} in {leak.test}", red=True)
            terminalreporter.line(f"  {leak.line[:_SHOWN]}")


class _Others(logging.Handler):
    """Hands on what loggers not of ours log, so that no line is looked at twice."""

    def __init__(self, scan: LogScan) -> None:
        super().__init__()
        self._scan = scan

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in OWN_LOGGERS:
            self._scan.handle(record)


@pytest.fixture(scope="session")
def look_at_output(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Give a function that looks at what a process has written."""
    scan = pytestconfig.pluginmanager.getplugin("log_scan")
    assert isinstance(scan, LogScan)

    def look(text: str) -> None:
        for line in text.splitlines():
            scan.look(line)

    return look


def pytest_configure(config: pytest.Config) -> None:
    """Look from the start of the session on."""
    scan = LogScan()
    scan.begin()
    config.pluginmanager.register(scan, "log_scan")
    config.add_cleanup(scan.end)
