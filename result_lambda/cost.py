"""The cost of a page: calls, rows, read units and time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from common.logs import since


@dataclass
class Cost:
    """The cost of one call of Query, or the sum of several; the names are those of the access log.

    `pages_read` counts calls of Query, `upstream_ms` is the time that they took. `rows_read` and `read_units` include
    rows that a filter leaves out.
    """

    pages_read: int = 0
    rows_read: int = 0
    read_units: float = 0.0
    upstream_ms: float = 0.0
    dynamodb_request_ids: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, answer: Mapping[str, Any], started: float) -> Self:
        """Return the cost of one call from its answer; `started` is the reading of `time.monotonic` before it."""
        metadata = answer.get("ResponseMetadata", {})
        return cls(
            pages_read=1,
            rows_read=answer["ScannedCount"],
            read_units=answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0),
            upstream_ms=since(started),
            dynamodb_request_ids=[metadata["RequestId"]] if "RequestId" in metadata else [],
        )

    def __iadd__(self, other: Self) -> Self:
        self.pages_read += other.pages_read
        self.rows_read += other.rows_read
        self.read_units += other.read_units
        self.upstream_ms = round(self.upstream_ms + other.upstream_ms, 1)
        self.dynamodb_request_ids += other.dynamodb_request_ids
        return self

    def facts(self) -> dict[str, Any]:
        """Return the fields for the access log."""
        return vars(self)
