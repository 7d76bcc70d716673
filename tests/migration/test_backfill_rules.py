"""The most specific rule gives the ap_id, and an invalid mapping file is refused before the run."""

import json
from pathlib import Path

import pytest

from tools.migration.backfill.rules import load
from tools.migration.command import MisuseError

CSV = """\
kind,match,ap_id
transaction_id,tx_001,mobile-app-001
transaction_prefix,tx_,web-portal-001
transaction_prefix,tx_9,mobile-app-002
marketing_id,campaign_spring,mobile-app-003
default,,mobile-app-009
"""
JSON = {
    "transaction_id": {"tx_001": "mobile-app-001"},
    "transaction_prefix": {"tx_9": "mobile-app-002", "tx_": "web-portal-001"},
    "marketing_id": {"campaign_spring": "mobile-app-003"},
    "default": "mobile-app-009",
}


def mapping(folder: Path, content: str, name: str = "ap-ids.csv") -> Path:
    """Write a mapping file."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("transaction_id", "marketing_id", "ap_id"),
    [
        ("tx_001", "campaign_spring", "mobile-app-001"),
        ("tx_0012", "campaign_spring", "web-portal-001"),
        ("tx_95", None, "mobile-app-002"),
        ("other", "campaign_spring", "mobile-app-003"),
        (None, "campaign_spring", "mobile-app-003"),
        ("other", "campaign_autumn", "mobile-app-009"),
        (None, None, "mobile-app-009"),
    ],
)
def test_the_most_specific_rule_applies(
    tmp_path: Path, transaction_id: str | None, marketing_id: str | None, ap_id: str
) -> None:
    """Transaction, longest prefix of the transaction, campaign, default."""
    assert ap_id == load(mapping(tmp_path, CSV)).ap_id(transaction_id, marketing_id)


def test_without_a_default_a_row_may_have_no_rule(tmp_path: Path) -> None:
    """Such a row gets no ap_id."""
    rules = load(mapping(tmp_path, "kind,match,ap_id\ntransaction_id,tx_001,mobile-app-001\n"))
    assert [None, None] == [rules.ap_id("tx_002", "campaign_spring"), rules.ap_id(None, None)]


def test_csv_and_json_give_the_same_rules(tmp_path: Path) -> None:
    """A run may start with one format and continue with the other; a byte order mark is ignored."""
    from_csv = load(mapping(tmp_path, f"\ufeff{CSV}\n"))
    from_json = load(mapping(tmp_path, json.dumps(JSON), "ap-ids.json"))
    assert from_csv == from_json
    assert from_csv.digest() == from_json.digest()


def test_other_rules_have_another_digest(tmp_path: Path) -> None:
    """A checkpoint detects changed rules."""
    digests = {load(mapping(tmp_path, CSV.replace("tx_9", prefix))).digest() for prefix in ("tx_9", "tx_8")}
    assert 2 == len(digests)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "first line must be kind,match,ap_id"),
        ("a.csv", "transaction_id,tx_001,mobile-app-001\n", "first line must be kind,match,ap_id"),
        ("a.csv", "kind,match,ap_id\n", "holds no rule"),
        ("a.csv", "kind,match,ap_id\ntransaction_id,tx_001\n", "line 2 has 2 cells, not 3"),
        ("a.csv", "kind,match,ap_id\n\nuser_id,u1,mobile-app-001\n", "line 3: the kind is one of"),
        ("a.csv", "kind,match,ap_id\ntransaction_id,,mobile-app-001\n", "line 2: a default matches nothing"),
        ("a.csv", "kind,match,ap_id\ndefault,tx_001,mobile-app-001\n", "line 2: a default matches nothing"),
        ("a.csv", "kind,match,ap_id\ndefault,,\n", "line 2: no query can ask for this ap_id"),
        ("a.csv", f"kind,match,ap_id\ndefault,,{'a' * 257}\n", "line 2: no query can ask for this ap_id"),
        ("a.csv", "kind,match,ap_id\ndefault,,a\ndefault,,b\n", "line 3 gives default '' a second ap_id"),
        ("a.csv", 'kind,match,ap_id\n"default,,a\n', "cannot be read"),
        ("a.json", "{", "cannot be read"),
        ("a.json", "[]", "holds no rule"),
        ("a.json", "7", "must hold one object"),
        ("a.json", "[1]", "must hold one object"),
        ("a.json", '{"transaction_id": "tx_001"}', "transaction_id must be an object of ap_ids"),
        ("a.json", '{"transaction_id": {"tx_001": 7}}', "transaction_id 'tx_001' must be a string"),
        ("a.json", '{"user_id": {"u1": "a"}}', "the kind is one of"),
        ("a.json", '{"transaction_id": {"t": "a", "t": "b"}}', "transaction_id 't' gives"),
        ("a.csv", "kind,match,ap_id\ndefault,,a\x07b\n", "line 2: no query can ask for this ap_id"),
        ("a.json", '{"default": "\\ud800"}', "default '' is no Unicode text"),
        ("a.json", '{"transaction_id": {"\\ud800": "a"}}', "is no Unicode text"),
        ("a.txt", "", "a mapping file is .csv or .json"),
    ],
)
def test_an_invalid_mapping_file_is_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    """The message names the mistake, and its line or entry."""
    with pytest.raises(MisuseError, match=message):
        load(mapping(tmp_path, content, name))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(MisuseError, match=r"none\.csv cannot be read"):
        load(tmp_path / "none.csv")
