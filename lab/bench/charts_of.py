"""What each chart is drawn from; the picture carries the hash of it."""

import hashlib
from pathlib import Path
from typing import Final

from lab.bench import document, findings

FOLDER: Final = document.PAGE.parent / "charts"
SOURCES: Final = {"service": ("services",), "reads": ("reads",), "cost": ("services", "lambdas", "reads")}


def digest(name: str, folder: Path = findings.FOLDER) -> str:
    """Return the hash of what the chart `name` is drawn from."""
    content = b"".join((folder / f"{part}.json").read_bytes() for part in SOURCES[name])
    return hashlib.sha256(content).hexdigest()
