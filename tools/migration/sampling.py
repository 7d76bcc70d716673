"""Reads some rows of a table, from all over it."""

import random
from collections.abc import Collection, Iterator
from typing import Any, Final

from tools.migration.aws import Aws

_SEGMENTS: Final = 100
_ROWS_OF_A_SEGMENT: Final = 50


def sampled(aws: Aws, table: str, *, seed: int = 1, names: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield rows in DynamoDB's JSON, with the attributes `names` or all: some of each segment, in random order.

    Another seed begins with other segments. A page is read when its first row is needed.
    """
    client, chance = aws.client("dynamodb"), random.Random(seed)  # noqa: S311  # nosec B311  # selects rows; not a secret
    projection = {
        "ProjectionExpression": ", ".join(f"#{place}" for place, _ in enumerate(names)),
        "ExpressionAttributeNames": {f"#{place}": name for place, name in enumerate(names)},
    }
    for segment in chance.sample(range(_SEGMENTS), _SEGMENTS):
        part = {"TotalSegments": _SEGMENTS, "Segment": segment, "Limit": _ROWS_OF_A_SEGMENT}
        yield from client.scan(TableName=table, **part, **(projection if names else {}))["Items"]
