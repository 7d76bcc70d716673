"""Writes the records of a query to a file, page by page, so that a command that was stopped can be resumed.

FILE.part has the records until FILE is whole. After each page FILE.part.json says how far it is; a resumed command cuts
FILE.part there and goes on, so that each record is in FILE once, whatever stopped the command. In the end it becomes
FILE.manifest.json.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import typer

from .._runtime import ApiError, ApiStatusError, ConfigurationError
from ..client import QueryServiceClient
from .exit_codes import ExitCode, say
from .formats import Format, lines
from .running import Query, progress

try:
    import fcntl
except ImportError:  # on Windows: nothing keeps two commands from writing one file
    fcntl = None  # type: ignore[assignment]  # the module, or None

_CHUNK: Final = 1 << 20


class _State(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The progress of an export; without a cursor it is at its beginning, or whole.

    `arguments` are those of the command; `query` is what is sent, with the time window that they mean.
    """

    arguments: dict[str, Any]
    query: dict[str, Any]
    rows: int = 0
    bytes: int = 0
    sha256: str = sha256().hexdigest()
    cursor: str | None = None
    complete: bool = False


@dataclass(frozen=True, kw_only=True)
class Export:
    """The content of an export, and its file; a resumed command repeats the `arguments` of the one that was stopped."""

    path: Path
    query: Query
    form: Format
    limit: int | None
    arguments: dict[str, Any]

    def beside(self, ending: str) -> Path:
        """Return the path of a file beside the one that is written."""
        return self.path.with_name(self.path.name + ending)


def export(client: QueryServiceClient, wanted: Export, *, is_resumed: bool) -> None:
    """Write the file and its manifest; raise typer.Exit if that fails.

    Raises ConfigurationError if another file, or the rest of one, is in the way, and ApiError.
    """
    part, progressed, manifest = (wanted.beside(ending) for ending in (".part", ".part.json", ".manifest.json"))
    try:
        if wanted.path.exists() and not wanted.path.is_file():
            raise ConfigurationError(f"--output: {wanted.path} is not a file")
        state = _read(progressed)
        if state is not None and not is_resumed:
            raise ConfigurationError(f"{part} is unfinished: go on with --resume, or delete it and {progressed.name}")
        done = _read(manifest) if is_resumed and state is None and wanted.path.exists() else None
        if done is not None and done.arguments == wanted.arguments:
            say(f"{wanted.path} is finished: it has {done.rows} records")
            return
        if state is None or not state.complete or part.exists():
            state = _write(client, wanted, state)
            part.replace(wanted.path)
        progressed.replace(manifest)
    except OSError as error:
        say(f"{error.filename or part} could not be written: {error.strerror}")
        raise typer.Exit(ExitCode.OUTPUT) from error
    say(f"{state.rows} records are in {wanted.path}, their query and SHA-256 in {manifest.name}")


def _write(client: QueryServiceClient, wanted: Export, state: _State | None) -> _State:
    """Write the missing records to the part, and return its state."""
    with _locked(wanted.beside(".part")) as file:
        if state is None:
            query = {"operation": wanted.query.operation_id, wanted.query.key: wanted.query.identifier}
            state = _State(arguments=wanted.arguments, query=query | wanted.query.filters)
            _save(state, wanted)
        written = _cut(file, wanted, state)
        try:
            if not state.complete:
                _write_pages(client, wanted, state, file=file, written=written)
        except (ApiError, KeyboardInterrupt, OSError) as error:
            is_expired = isinstance(error, ApiStatusError) and error.code == "invalid_cursor"
            advice = "a cursor holds for 24 hours: begin again" if is_expired else "--resume goes on"
            say(f"{state.rows} records are in {file.name}; {advice}")
            raise
    return state


def _cut(file: BinaryIO, wanted: Export, state: _State) -> Any:  # noqa: ANN401  # hashlib has no public type
    """Cut a part to its state, and return the hash of it; raise ConfigurationError if they do not belong together."""
    names = state.arguments.keys() | wanted.arguments.keys()
    if others := [each for each in sorted(names) if state.arguments.get(each) != wanted.arguments.get(each)]:
        raise ConfigurationError(f"{file.name} was begun by a command with another {others[0]}")
    file.truncate(min(state.bytes, file.seek(0, os.SEEK_END)))
    file.seek(0)
    written = sha256()
    while chunk := file.read(_CHUNK):
        written.update(chunk)
    if written.hexdigest() != state.sha256:
        raise ConfigurationError(f"{file.name} was changed since it was written: delete it and its .json")
    return written


def _write_pages(
    client: QueryServiceClient,
    wanted: Export,
    state: _State,
    *,
    file: BinaryIO,
    written: Any,  # noqa: ANN401  # as above
) -> None:
    filters = {name: value for name, value in state.query.items() if name not in {"operation", wanted.query.key}}
    with progress() as update:
        for page in replace(wanted.query, filters=filters).records(client, state.cursor).pages():
            room = None if wanted.limit is None else wanted.limit - state.rows
            data = "".join(lines(page.items[:room], wanted.form, begins=not state.bytes)).encode()
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            written.update(data)
            state.rows += len(page.items[:room])
            state.bytes += len(data)
            state.sha256 = written.hexdigest()
            state.complete = page.next_cursor is None or state.rows == wanted.limit
            state.cursor = None if state.complete else page.next_cursor
            _save(state, wanted)
            update(f"{state.rows} records ...")
            if state.complete:
                return


@contextmanager
def _locked(path: Path) -> Generator[BinaryIO]:
    """Open a file that one command at a time may write; raise ConfigurationError while another one does."""
    with path.open("a+b") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ConfigurationError(f"another command is writing {path}") from error
        yield file


def _read(path: Path) -> _State | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_State)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{path} was not written by this command: {error}") from error


def _save(state: _State, wanted: Export) -> None:
    """Write the state as a whole, or not at all."""
    new = wanted.beside(".part.new")
    with new.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(wanted.beside(".part.json"))
