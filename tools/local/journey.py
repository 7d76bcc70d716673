"""Orders the log lines of one request from the caller inwards: a row per hop, with its errors."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# From the caller inwards. A gateway and its function are one layer: both log the gateway's request id.
_LAYERS: Final = {"public_gateway": 0, "query_lambda": 0, "service": 1, "internal_gateway": 2, "result_lambda": 2}
_HOPS: Final = tuple(_LAYERS)
_FLAGS: Final = {"cold_start": "cold start", "breaker_open": "breaker open", "shed": "turned away"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """The work of one hop. Times are in milliseconds, `started` since the first hop; `calls` counts queries."""

    hop: str
    depth: int
    started: float
    duration: float
    status: int | None = None
    items: int | None = None
    read_units: float | None = None
    retries: int | None = None
    calls: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Logged:
    """An access line and its time in epoch milliseconds, which is finer than the time in the line."""

    fields: Mapping[str, Any]
    at: float

    @property
    def depth(self) -> int:
        return _HOPS.index(self.fields["hop"])

    @property
    def started(self) -> float:
        return self.at - float(self.fields["duration_ms"])


@dataclass
class Journey:
    """The log lines of one request, added in any order."""

    _lines: list[_Logged] = field(default_factory=list)
    _causes: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, line: Mapping[str, Any], at: float) -> None:
        """Add a line; `at` is its time in epoch milliseconds."""
        if line["event"] == "request" and line["hop"] in _LAYERS:
            self._lines.append(_Logged(line, at))
        elif line["level"] in {"warning", "error", "critical"}:
            self._causes.append(line)

    @property
    def outermost(self) -> Mapping[str, Any] | None:
        """The access line of the hop nearest to the caller; None before any hop has logged."""
        return self._ordered()[0].fields if self._lines else None

    def rows(self) -> Iterator[Row]:
        """Yield a row per hop and attempt from the caller inwards; DynamoDB follows result_lambda."""
        lines = self._ordered()
        first = min((line.started for line in lines), default=0.0)
        for number, line in enumerate(lines):
            code = line.fields.get("code", "")
            further_in = {inner.fields.get("code") for inner in lines[number + 1 :]}
            notes = [text for name, text in _FLAGS.items() if line.fields.get(name)]
            if line.depth not in {inner.depth for inner in lines[number + 1 :]}:
                notes += self._said_by(line.fields["hop"])
            yield _row(line, first, (*notes, *([] if code in {"", *further_in} else [code])))
            if line.fields.get("pages_read"):
                yield _dynamodb(line, first)

    def elsewhere(self) -> list[str]:
        """Return the errors of hops without an access line."""
        there = {line.fields["hop"] for line in self._lines}
        return [said for hop in {cause["hop"] for cause in self._causes} - there for said in self._said_by(hop)]

    def _ordered(self) -> list[_Logged]:
        began: dict[Any, float] = {}
        for line in self._lines:
            invocation = line.fields.get("gateway_request_id")
            began[invocation] = min(began.get(invocation, line.started), line.started)
        return sorted(
            self._lines,
            key=lambda line: (
                _LAYERS[line.fields["hop"]],
                began[line.fields.get("gateway_request_id")],
                line.depth,
                line.at,
            ),
        )

    def _said_by(self, hop: str) -> list[str]:
        said = Counter(_cause(cause) for cause in self._causes if cause["hop"] == hop)
        return [text if number == 1 else f"{text} ({number} times)" for text, number in said.items()]


def _row(line: _Logged, first: float, notes: tuple[str, ...]) -> Row:
    fields = line.fields
    return Row(
        hop=fields["hop"],
        depth=line.depth,
        started=line.started - first,
        duration=fields["duration_ms"],
        status=fields["status"],
        items=fields.get("items"),
        retries=fields.get("retries"),
        notes=notes,
    )


def _dynamodb(line: _Logged, first: float) -> Row:
    """Return the row of the table. Its start is estimated: the queries take nearly all of result_lambda's time."""
    fields = line.fields
    notes = [f"{fields['rows_read']} rows read"] if fields["rows_read"] > fields["items"] + 1 else []
    return Row(
        hop="DynamoDB",
        depth=line.depth + 1,
        started=line.at - fields["upstream_ms"] - first,
        duration=fields["upstream_ms"],
        read_units=fields["read_units"],
        calls=fields["pages_read"],
        notes=tuple(notes),
    )


def _cause(line: Mapping[str, Any]) -> str:
    why = ", ".join(str(line[name]) for name in ("reason", "upstream_status") if name in line)
    return f"{line['event']}: {why}" if why else str(line["event"])
