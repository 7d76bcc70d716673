"""What survives a kill: how far each segment is, what was counted, and the list of rows that no rule matches.

The list is appended first and the checkpoint, which says how long the list is, replaces the last one in one step; so
both always tell of the same pages.
"""

import fcntl
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.migration.backfill.table import Key
from tools.migration.outcome import MisuseError

_VERSION: Final = 1


class Journal:
    """The progress of one pass over a table; safe to use from several threads.

    `counts` are of the pages that are done: their rows by what became of them, and `ap_id <value>` written.
    """

    def __init__(self, listed: Path, identity: str, *, segments: int, checkpoint: Path | None) -> None:
        """Go on from the checkpoint if there is one, else begin; without a path for it, none is kept.

        Raises MisuseError if it is not a checkpoint, or one of another table, other rules or another list: `identity`
        tells, and the list's length.
        """
        self._checkpoint = checkpoint
        self._lock = threading.Lock()
        saved = None if checkpoint is None else _read(checkpoint, identity)
        self.resumed = saved is not None
        self._state = saved or _begin(identity, segments)
        self.counts = Counter[str](self._state["counts"])
        if (listed.stat().st_size if listed.exists() else 0) < self._state["listed_bytes"]:
            raise MisuseError(f"{listed} is not the list that the checkpoint speaks of; name it with --unmatched")
        self._listed = listed.open("ab")
        self._listed.truncate(self._state["listed_bytes"])
        self._listed.seek(0, os.SEEK_END)

    @property
    def segments(self) -> int:
        """The number of parts that the table is read in; that of the beginning, since positions hold for no other."""
        return len(self._state["segments"])

    def position(self, segment: int) -> Key | None:
        """Return where a segment is to be read on, None for its beginning."""
        position: Key | None = self._state["segments"][segment]["position"]
        return position

    def is_done(self, segment: int) -> bool:
        """Tell whether a segment was read to its end."""
        return bool(self._state["segments"][segment]["done"])

    def page_done(
        self, segment: int, position: Key | None, *, counts: Mapping[str, int], unmatched: Iterable[Mapping[str, Any]]
    ) -> None:
        """Keep that all rows of a page are dealt with, and list those that no rule matches."""
        with self._lock:
            self._listed.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in unmatched)
            self._listed.flush()
            self.counts.update(counts)
            self._state["segments"][segment] = {"position": position, "done": position is None}
            self._state["counts"] = dict(self.counts)
            self._state["listed_bytes"] = self._listed.tell()
            self._save()

    def close(self, *, whole: bool) -> None:
        """End: after a whole pass the checkpoint goes, so that the next run begins a new one."""
        self._listed.close()
        if whole and self._checkpoint is not None:
            self._checkpoint.unlink(missing_ok=True)

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        os.fsync(self._listed.fileno())
        written = self._checkpoint.with_name(f"{self._checkpoint.name}.part")
        with written.open("w", encoding="utf-8") as file:
            json.dump(self._state, file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._checkpoint)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep a second run out while this one lasts; raise MisuseError if there is one already.

    The system lets go of the lock when the process ends, however it ends; the file stays.
    """
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise MisuseError(f"another run is at work with {path}") from exc
        yield


def _begin(identity: str, segments: int) -> dict[str, Any]:
    parts = [{"position": None, "done": False} for _ in range(segments)]
    return {"version": _VERSION, "identity": identity, "segments": parts, "counts": {}, "listed_bytes": 0}


def _read(path: Path, identity: str) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = (state["version"], state.get("identity")) == (_VERSION, identity)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as exc:
        raise MisuseError(f"{path} is not a checkpoint; name another with --checkpoint") from exc
    if not known:
        raise MisuseError(f"checkpoint {path} is of another table or other rules; finish that run, or give --restart")
    return state
