"""Progress that survives a kill: the position of each segment, the counts, and the list of rows that got no ap_id.

Both files name users, so only their owner may read them. The list grows first. Then a checkpoint with its length
replaces the old one atomically, so both cover the same rows.
"""

import fcntl
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.migration.backfill.table import Key
from tools.migration.command import MisuseError


class Journal:
    """The progress of one pass over a table. Thread-safe. `counts` has the rows by result and by `ap_id <value>`."""

    def __init__(self, listed: Path, identity: str, *, segments: int, checkpoint: Path | None) -> None:
        """Continue from the checkpoint if it exists, else start; without a path, keep no checkpoint.

        Raises MisuseError if the file is not a checkpoint of this table and these rules (`identity`) and this list.
        """
        self._checkpoint = checkpoint
        self._lock = threading.Lock()
        saved = _read(checkpoint, identity) if checkpoint else None
        self.resumed = saved is not None
        parts = [{"position": None, "done": False} for _ in range(segments)]
        self._state = saved or {"identity": identity, "segments": parts, "counts": {}, "listed_bytes": 0}
        self.counts = Counter[str](self._state["counts"])
        if (listed.stat().st_size if listed.exists() else 0) < self._state["listed_bytes"]:
            raise MisuseError(f"{listed} is not the list of this checkpoint; give its list with --unmatched")
        self._listed = open(listed, "ab", opener=_owners)  # noqa: SIM115  # Path.open has no opener; closed by `close`
        self._listed.truncate(self._state["listed_bytes"])
        self._listed.seek(0, os.SEEK_END)

    def is_whole(self) -> bool:
        """Return whether every segment is complete."""
        return all(self.is_done(segment) for segment in range(self.segments))

    @property
    def segments(self) -> int:
        """The number of segments. A continued pass keeps its number, because positions depend on it."""
        return len(self._state["segments"])

    def position(self, segment: int) -> Key | None:
        """Return the position to continue a segment from, or None for its start."""
        position: Key | None = self._state["segments"][segment]["position"]
        return position

    def is_done(self, segment: int) -> bool:
        """Return whether a segment is complete."""
        return bool(self._state["segments"][segment]["done"])

    def page_done(
        self, segment: int, position: Key | None, *, counts: Mapping[str, int], unmatched: Iterable[Mapping[str, Any]]
    ) -> None:
        """Record a page, or the part of it that ends at `position`, and append its unmatched rows to the list."""
        with self._lock:
            self._listed.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in unmatched)
            self._listed.flush()
            self.counts.update(counts)
            self._state["segments"][segment] = {"position": position, "done": position is None}
            self._state["counts"] = dict(self.counts)
            self._state["listed_bytes"] = self._listed.tell()
            self._save()

    def close(self) -> None:
        """Close the files. A complete pass removes its checkpoint, so that the next run starts a new pass."""
        self._listed.close()
        if self.is_whole() and self._checkpoint is not None:
            self._checkpoint.unlink(missing_ok=True)

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        os.fsync(self._listed.fileno())
        written = self._checkpoint.with_name(f"{self._checkpoint.name}.part")
        with open(written, "w", encoding="utf-8", opener=_owners) as file:  # Path.open has no opener
            json.dump(self._state, file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._checkpoint)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner opens and that git ignores, wherever it is, and return it."""
    path.mkdir(mode=0o700, exist_ok=True)
    (path / ".gitignore").write_text("*\n", encoding="utf-8")
    return path


def _owners(path: str, flags: int) -> int:
    """Open a file that only its owner may read and write."""
    return os.open(path, flags, 0o600)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Lock the checkpoint until the process ends, even by a kill; raise MisuseError if another run has the lock."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise MisuseError(f"another run uses {path}") from exc
        yield


def _read(path: Path, identity: str) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = state["identity"] == identity
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as exc:
        raise MisuseError(f"{path} is not a checkpoint; name another with --checkpoint") from exc
    if not known:
        reason = "belongs to another table or other rules; finish that run, or give --restart"
        raise MisuseError(f"checkpoint {path} {reason}")
    return state
