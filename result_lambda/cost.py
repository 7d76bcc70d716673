"""What it took DynamoDB to answer one page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from common.request_line import since


@dataclass
class Cost:
    """Counts up, call by call; the names are those of the log line.

    `pages_read` are calls of Query, `retries` botocore's own second attempts, `upstream_ms` the time that all of it
    took. Rows that a filter leaves out are read, and paid for, like any other.
    """

    pages_read: int = 0
    rows_read: int = 0
    read_units: float = 0.0
    retries: int = 0
    upstream_ms: float = 0.0
    dynamodb_request_ids: list[str] = field(default_factory=list)

    def add(self, answer: Mapping[str, Any], started: float) -> None:
        """Add one answer of Query, to a call that was begun at a reading of `time.monotonic`."""
        said = answer.get("ResponseMetadata", {})
        self.pages_read += 1
        self.rows_read += answer["ScannedCount"]
        self.read_units += answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
        self.retries += said.get("RetryAttempts", 0)
        self.upstream_ms = round(self.upstream_ms + since(started), 1)
        if "RequestId" in said:
            self.dynamodb_request_ids.append(said["RequestId"])

    def facts(self) -> dict[str, Any]:
        """Return what to log."""
        return asdict(self)
