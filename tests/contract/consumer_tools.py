"""The tools of consumers and importers, which the Makefile installs, and a way to run their commands."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.requirements import not_tested
from tools.contract.bundle import SOURCES

PROGRAMS: Final = Path(__file__).parent / "consumers"
INSTALLED: Final = SOURCES.parent / ".cache" / "consumers"
SECONDS: Final = 300
# Words of the commands below.
WORDS: Final = {
    "npm": "node_modules/.bin",
    "tsc": "node_modules/.bin/tsc --noEmit --strict --skipLibCheck --target es2022 --module esnext"
    " --moduleResolution bundler --lib es2022,dom,dom.iterable --types node",
    "mypy": f"{sys.executable} -m mypy --strict --follow-imports silent --python-executable {INSTALLED}/bin/python",
}
# By consumer: a folder of programs, and the commands that run in a copy of it. The last one prints a report.
CLIENTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "openapi-generator python": (
        "python",
        (
            "java -jar {jar} generate -i {document} -g python -o .",
            "{mypy} openapi_generator.py",
            "python openapi_generator.py",
        ),
    ),
    "openapi-generator typescript-fetch": (
        "typescript",
        (
            "java -jar {jar} generate -i {document} -g typescript-fetch -o made",
            "{tsc} openapi-generator.ts",
            "{npm}/tsx openapi-generator.ts",
        ),
    ),
    "openapi-generator java": (
        "java",
        (
            "java -jar {jar} generate -i {document} -g java --library native -p openApiNullable=false -o made",
            "javac -cp {jar} -sourcepath .:made/src/main/java -d classes Generated.java Walk.java",
            "java -cp classes:{jar} Walk",
        ),
    ),
    "openapi-generator php": (
        "php",
        ("java -jar {jar} generate -i {document} -g php -o .", "php walk.php"),
    ),
    "openapi-python-client": (
        "python",
        (
            "openapi-python-client generate --path {document} --meta none --fail-on-warning --output-path made",
            "{mypy} openapi_python_client.py",
            "python openapi_python_client.py",
        ),
    ),
    "openapi-typescript and openapi-fetch": (
        "typescript",
        (
            "{npm}/openapi-typescript {document} -o made/schema.d.ts",
            "{tsc} openapi-fetch.ts",
            "{npm}/tsx openapi-fetch.ts",
        ),
    ),
    "@hey-api/openapi-ts": (
        "typescript",
        ("{npm}/openapi-ts -i {document} -o made", "{tsc} hey-api.ts", "{npm}/tsx hey-api.ts"),
    ),
    "orval": (
        "typescript",
        (
            "{npm}/orval --input {document} --output made/orval.ts --client fetch",
            "{tsc} orval.ts",
            "{npm}/tsx orval.ts",
        ),
    ),
    "oazapfts": (
        "typescript",
        ("mkdir made", "{npm}/oazapfts {document} made/oazapfts.ts", "{tsc} oazapfts.ts", "{npm}/tsx oazapfts.ts"),
    ),
}
# Readers of the document that ask nothing.
READERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "datamodel-code-generator": (
        "python",
        (
            "datamodel-codegen --input {document} --input-file-type openapi --formatters black --output models.py",
            "python datamodel_code_generator.py",
        ),
    ),
    "swagger-parser": ("java", ("java -jar {jar} validate -i {document} --recommend",)),
    "Spectral": ("typescript", ("{npm}/spectral lint {document} --ruleset spectral.json --fail-severity hint",)),
    "vacuum": ("typescript", ("{vacuum} lint --no-style --errors --details {document}",)),
}


def run(command: str, folder: Path, *, words: Mapping[str, str], **environ: str) -> str:
    """Run a command in a folder, and return its output; fail if its exit code is not 0."""
    text = command
    for name, value in {**WORDS, **words, **installed()}.items():
        text = text.replace(f"{{{name}}}", value)
    done = subprocess.run(  # noqa: S603  # of the tables above
        shlex.split(text),
        cwd=folder,
        env=os.environ | {"PATH": f"{INSTALLED}/bin{os.pathsep}{os.environ['PATH']}"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert 0 == done.returncode, f"{text}\n{done.stdout}"
    return done.stdout


def installed() -> dict[str, str]:
    """Return the paths of the tools that lie in Python packages."""
    if not (INSTALLED / ".installed").exists():
        not_tested("tools of consumers and importers", "`make judge` installs them into .cache/consumers")
    packages = next(INSTALLED.glob("lib/python*/site-packages"))
    return {
        "jar": f"{packages}/openapi_generator_cli/openapi-generator.jar",
        "vacuum": f"{packages}/vacuum/lib/vacuum",
    }
