"""The wheels, built and installed in an environment of their own, as a consumer has them."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ("internal_query_client", "query_service_client")
SECONDS = 120


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the packages installed; what they depend on is that of this repository."""

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
        path = f"{self.folder / 'bin'}:{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QUERY_SERVICE_")}
        done = subprocess.run(  # noqa: S603  # ours
            command,
            cwd=cwd,
            env=kept | {"PATH": path, "COLUMNS": "200"} | environ,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert status in {None, done.returncode}, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done


def build(target: Path) -> list[Path]:
    """Build the wheels into `target`, as anybody would, and return them in the order of PROJECTS."""
    environ = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
    for project in PROJECTS:
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target)]
        subprocess.run(  # noqa: S603  # ours
            [*command, str(ROOT / "generated_client" / project)], env=environ, check=True, capture_output=True
        )
    return [next(target.glob(f"{project}-*.whl")) for project in PROJECTS]


def install(wheels: list[Path], folder: Path) -> Environment:
    """Make an environment with the wheels in it. Nothing is fetched: their dependencies are this repository's own."""
    venv.create(folder, with_pip=False, symlinks=True)
    made = Environment(folder)
    command = ["uv", "pip", "install", "--offline", "--no-deps", "--no-cache", "--python", str(made.python)]
    made.run(*command, *map(str, wheels), cwd=folder)
    (made.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made
