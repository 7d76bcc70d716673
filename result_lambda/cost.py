"""What it took DynamoDB to answer one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from common.access_log import since


@dataclass
class Cost:
    """Of one call or, added up, of several; the names are those of the log line.

    `pages_read` are calls of Query, `retries` botocore's own second attempts, `upstream_ms` the time that all of it
    took. Rows that a filter leaves out are read, and paid for, like any other.
    """

    pages_read: int = 0
    rows_read: int = 0
    read_units: float = 0.0
    retries: int = 0
    upstream_ms: float = 0.0
    dynamodb_request_ids: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, answer: Mapping[str, Any], started: float) -> Self:
        """Return what one answer of Query cost, to a call that was begun at a reading of `time.monotonic`."""
        said = answer.get("ResponseMetadata", {})
        return cls(
            pages_read=1,
            rows_read=answer["ScannedCount"],
            read_units=answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0),
            retries=said.get("RetryAttempts", 0),
            upstream_ms=since(started),
            dynamodb_request_ids=[said["RequestId"]] if "RequestId" in said else [],
        )

    def __iadd__(self, other: Self) -> Self:
        self.pages_read += other.pages_read
        self.rows_read += other.rows_read
        self.read_units += other.read_units
        self.retries += other.retries
        self.upstream_ms = round(self.upstream_ms + other.upstream_ms, 1)
        self.dynamodb_request_ids += other.dynamodb_request_ids
        return self

    def facts(self) -> dict[str, Any]:
        """Return what to log."""
        return vars(self)
