"""moto with mock integrations: AWS imports them without `uri` and `httpMethod`, moto 5.2 requires both.

As a program it is moto's own server with that patch and those of tests/moto_canary.py.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto.apigateway.models import APIGatewayBackend
from moto.server import main

from tests.moto_canary import deployments_are_snapshots
from tools.local.servers import wait_until_healthy


@contextmanager
def moto_process(**environ: str) -> Iterator[str]:
    """Run moto in another process and give its URL; all moto servers of one process share their data."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-W", "ignore", "-m", "tests.moto_mocks", "-H", "127.0.0.1", "-p", str(port)],
        cwd=Path(__file__).resolve().parents[1],
        env={**kept, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_healthy("emulator", f"{url}/moto-api/data.json")
            yield url
        finally:
            process.kill()


def import_mock_integrations() -> None:
    """Patch moto's importer in this process."""
    build = APIGatewayBackend._build_integration_args  # noqa: SLF001  # moto has no public way
    if build.__name__ == "build_integration_args":
        return

    def build_integration_args(self: Any, section: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # moto's own classes are untyped
        built: dict[str, Any] = build(self, section)
        if str(section.get("type")).lower() == "mock":
            built |= {name: built[name] or "" for name in ("uri", "integration_method")}
        return built

    APIGatewayBackend._build_integration_args = build_integration_args  # type: ignore[method-assign]  # noqa: SLF001  # as above


if __name__ == "__main__":
    import_mock_integrations()
    deployments_are_snapshots()
    main()
