"""The wheel, built and installed in an environment of its own, as a consumer has it."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "query_service_client"
SECONDS = 120


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the package installed; its dependencies are those of this repository."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where its packages are."""
        return next(self.folder.glob("lib/python*/site-packages"))

    def run(self, *command: str, cwd: Path, status: int | None = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, or of this repository's; expect an exit status, if one is given."""
        done = subprocess.run(  # noqa: S603  # ours
            command,
            cwd=cwd,
            env=self._variables(environ),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert status in {None, done.returncode}, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done

    def start(self, *command: str, cwd: Path, **environ: str) -> subprocess.Popen[str]:
        """Start a command as `run` runs it."""
        return subprocess.Popen(  # noqa: S603  # ours
            command,
            cwd=cwd,
            env=self._variables(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QUERY_SERVICE_")}
        return kept | {"PATH": path, "COLUMNS": "200", **environ}


def build(target: Path) -> Path:
    """Build the wheel into `target` and return it."""
    environ = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target)]
    project = ROOT / "generated_client" / PROJECT
    subprocess.run([*command, str(project)], env=environ, check=True, capture_output=True)  # noqa: S603  # ours
    return next(target.glob(f"{PROJECT}-*.whl"))


def install(wheel: Path, folder: Path) -> Environment:
    """Make an environment with the wheel. Nothing is downloaded: it uses the dependencies of this repository."""
    venv.create(folder, with_pip=False, symlinks=True)
    made = Environment(folder)
    command = ["uv", "pip", "install", "--offline", "--no-deps", "--no-cache", "--python", str(made.python)]
    made.run(*command, str(wheel), cwd=folder)
    (made.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made
