"""For any rows, the back-fill adds missing ap_ids and changes nothing else."""

import contextlib
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_boto3_dynamodb import DynamoDBClient

from tests.migration.backfills import backfill, put, rows, rules
from tools.local.tables import NOTIFICATION_RECORDS
from tools.migration.backfill.rules import Rules

EXAMPLES = 20
NAMES = st.sampled_from(["tx_1", "tx_12", "tx_2", "campaign", "other", "ünïcode 推播"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=3).map(lambda number: number.normalize())
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.binary(min_size=1, max_size=9), st.sets(TEXTS, min_size=1)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS.filter(bool), inner, max_size=3)),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {"user_id": st.sampled_from(["u1", "u2", "u3"]), "created_at": st.integers(0, 40).map(lambda n: Decimal(n) / 8)},
    optional={
        "transaction_id": NAMES,
        "marketing_id": NAMES,
        "status": NAMES,
        "ap_id": VALUES,
        "device": VALUES,
        "error_msg": VALUES,
    },
)
RULES = st.builds(
    rules,
    transaction_id=st.dictionaries(NAMES, NAMES, max_size=2),
    transaction_prefix=st.dictionaries(st.sampled_from(["tx_", "tx_1", "o"]), NAMES, max_size=2),
    marketing_id=st.dictionaries(NAMES, NAMES, max_size=2),
    default=st.none() | NAMES,
)
_TO_STORED = TypeSerializer()


def expected(row: dict[str, Any], given_rules: Rules) -> dict[str, Any]:
    """Return the expected row, from a second implementation of the guide's rules."""
    if row.get("ap_id", {"S": ""}) not in ({"S": ""}, {"NULL": True}):
        return row
    transaction_id = row.get("transaction_id", {}).get("S")
    candidates = [given_rules.transaction_id.get(transaction_id)]
    prefixes = [prefix for prefix in given_rules.transaction_prefix if (transaction_id or "").startswith(prefix)]
    candidates += [given_rules.transaction_prefix[prefix] for prefix in sorted(prefixes, key=len, reverse=True)]
    candidates += [given_rules.marketing_id.get(row.get("marketing_id", {}).get("S")), given_rules.default]
    ap_id = next((candidate for candidate in candidates if candidate), None)
    return row if ap_id is None else {**row, "ap_id": {"S": ap_id}}


@given(stored=st.lists(ROWS, max_size=12, unique_by=lambda row: (row["user_id"], row["created_at"])), given_rules=RULES)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_a_missing_ap_id_changes(
    dynamodb: DynamoDBClient, table_names: dict[str, str], stored: list[dict[str, Any]], given_rules: Rules
) -> None:
    """Attributes of every type stay the same; a row without ap_id, NULL or empty, gets the one of its rule."""
    name = table_names[NOTIFICATION_RECORDS]
    put(dynamodb, name, *({key: _TO_STORED.serialize(value) for key, value in row.items()} for row in stored))
    before = rows(dynamodb, name)
    with tempfile.TemporaryDirectory() as folder:
        backfill(dynamodb, name, given_rules, folder=Path(folder), page_rows=4)
    after = rows(dynamodb, name)
    with contextlib.ExitStack() as emptied:
        for row in after.values():
            key = {name: row[name] for name in ("user_id", "created_at")}
            emptied.callback(dynamodb.delete_item, TableName=name, Key=key)
        assert {key: expected(row, given_rules) for key, row in before.items()} == after
