"""An export that is killed at any moment has each record once in the end."""

import os
import random
import signal
import subprocess
import threading
from pathlib import Path

import httpx

from tests.sdk.exports import Pages, assert_whole, records
from tests.sdk.installed import Environment
from tests.sdk.scripted import scripted

KILLS = 50
COMMAND = ("push-records", "campaign", "c1", "--output", "rows.ndjson", "--resume")


class Killer:
    """Answers pages, and kills the command some time after one of them."""

    def __init__(self, pages: Pages, chance: random.Random) -> None:
        self.pages = pages
        self.chance = chance
        self.command: subprocess.Popen[str] | None = None
        self.left = 0

    def aim(self, command: subprocess.Popen[str]) -> None:
        """Kill this command after one to four of its requests."""
        self.left = self.chance.randint(1, 4)
        self.command = command

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.left -= 1
        if self.left == 0 and self.command is not None:
            threading.Timer(self.chance.uniform(0, 0.02), os.kill, (self.command.pid, signal.SIGKILL)).start()
        return self.pages(request)


def test_file_is_whole_after_50_kills(environment: Environment, tmp_path: Path) -> None:
    """Compared with the records, and with the hash of the manifest."""
    rows = records(40_000)
    chance = random.Random(1761998400)  # the moments need no secrecy
    killer = Killer(Pages(rows), chance)
    with scripted(killer) as url:
        there = {"QUERY_SERVICE_URL": url, "QUERY_SERVICE_API_KEY": "key"}
        for _ in range(KILLS):
            command = environment.start(*COMMAND, cwd=tmp_path, **there)
            killer.aim(command)
            command.communicate()
            assert -signal.SIGKILL == command.returncode
            assert not (tmp_path / "rows.ndjson").exists()
        killer.command = None
        environment.run(*COMMAND, cwd=tmp_path, **there)
    assert_whole(tmp_path / "rows.ndjson", rows)
