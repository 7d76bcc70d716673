"""Checks of a sample of the rows: their ap_id, and the row contract (infra/rows.schema.json)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tools.contract.row_rules import SCHEMA, RowRules, printable
from tools.migration.sampling import sampled
from tools.migration.verify.check import Check, FailedError, Site, UncheckedError, fail_if

TABLES: Final = Path(__file__).resolve().parents[3] / "infra" / "tables.json"
_ROWS: Final = 500
_NAMES_SHOWN: Final = 5
_CONTRACT_TABLE: Final = "notification-records"
_READ_BY_RULES: Final = ("transaction_id", "marketing_id")


def checks(site: Site) -> Iterator[Check]:
    """Yield a check of the ap_ids of each table, and one of the row contract."""
    for name in json.loads(TABLES.read_text(encoding="utf-8")):
        back_fill = f"python -m tools.migration backfill-ap-id {name} --mapping ap-ids.csv"
        yield Check(f"ap_id in {name}", partial(_ap_ids, site, name), back_fill)
    yield Check(f"rows of {_CONTRACT_TABLE}", partial(_contract, site), f"cat infra/{SCHEMA.name}")


def _ap_ids(site: Site, name: str) -> str:
    """Check that each sampled row that a rule of the back-fill covers has an ap_id; others may have none."""
    rules = site.rules
    if rules is None:
        raise UncheckedError("give --mapping, the rules of the back-fill")
    rows = _sample(site, name, (*_READ_BY_RULES, "ap_id", "created_at"))
    covered = [row for row in rows if rules.ap_id(*(row.get(each, {}).get("S") for each in _READ_BY_RULES)) is not None]
    if not covered:
        raise UncheckedError(f"the mapping covers none of {len(rows)} rows sampled")
    having = sum(bool(row.get("ap_id", {}).get("S")) for row in covered)
    seen = f"{having} of {len(covered)} rows that the mapping covers have one, of {len(rows)} sampled"
    fail_if(having < len(covered), seen)
    return seen


def _contract(site: Site) -> str:
    """Check that the sampled rows keep the contract, and count by rule those that do not.

    A new status or platform, and attributes that are never read, break nothing and are only named.
    """
    rules, broken, named = RowRules(), Counter[str](), Counter[str]()
    rows = _sample(site, _CONTRACT_TABLE)
    for row in rows:
        refusal, warnings = rules.check({name: _plain(row[name]) for name in rules.properties.keys() & row.keys()})
        for rule in [refusal] if refusal else warnings:
            (named if rule.startswith("unknown ") else broken)[rule] += 1
        named.update(f"never read: {printable(name)}" for name in row.keys() - rules.properties.keys())
    counts = (*broken.most_common(), *named.most_common(_NAMES_SHOWN))
    counted = "; ".join(f"{rule} ({number})" for rule, number in counts)
    if broken:
        raise FailedError(f"{len(rows)} rows sampled: {counted}")
    return f"{len(rows)} rows sampled keep it{f'; {counted}' if counted else ''}"


def _sample(site: Site, name: str, names: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return some rows; raise UncheckedError if there are none."""
    rows = list(islice(sampled(site.aws, name, names=names), _ROWS))
    if not rows:
        raise UncheckedError("the table has no rows")
    return rows


def _plain(value: Mapping[str, Any]) -> Any:  # noqa: ANN401  # any JSON
    """Return a stored text or number; another kind is its name, which no rule takes for a text or a number."""
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content if kind == "S" else [kind]
