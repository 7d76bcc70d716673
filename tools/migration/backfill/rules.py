"""The mapping file: rules that give a row its ap_id by its transaction or campaign."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jsonschema_rs

from tools.migration.command import MisuseError

KINDS: Final = ("transaction_id", "transaction_prefix", "marketing_id", "default")
_ROWS: Final = Path(__file__).resolve().parents[3] / "infra" / "rows.schema.json"
_AP_ID: Final = jsonschema_rs.validator_for(json.loads(_ROWS.read_text(encoding="utf-8"))["properties"]["ap_id"])
_HEADER: Final = ["kind", "match", "ap_id"]

Entry = tuple[str, str, str]  # kind, match, ap_id


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of a mapping file: for each kind, the ap_id by match."""

    transaction_id: Mapping[str, str]
    transaction_prefix: Mapping[str, str]
    marketing_id: Mapping[str, str]
    default: str | None

    def ap_id(self, transaction_id: str | None, marketing_id: str | None) -> str | None:
        """Return the ap_id of the most specific rule: transaction, its longest prefix, campaign, default; or None."""
        if transaction_id is not None:
            if transaction_id in self.transaction_id:
                return self.transaction_id[transaction_id]
            for length in range(len(transaction_id), 0, -1):
                if transaction_id[:length] in self.transaction_prefix:
                    return self.transaction_prefix[transaction_id[:length]]
        return self.default if marketing_id is None else self.marketing_id.get(marketing_id, self.default)

    def digest(self) -> str:
        """Return a hash of the rules that does not depend on their file format or order."""
        rules = [self.transaction_id, self.transaction_prefix, self.marketing_id, self.default]
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()


def load(path: Path) -> Rules:
    """Read a mapping file, .csv (kind,match,ap_id) or .json (a field for each kind); MisuseError names a bad rule."""
    readers = {".csv": _csv, ".json": _json}
    if path.suffix.lower() not in readers:
        raise MisuseError(f"{path}: a mapping file is .csv or .json")
    try:
        return _rules(path, readers[path.suffix.lower()](path))
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as exc:
        raise MisuseError(f"{path} cannot be read: {exc}") from exc


def _csv(path: Path) -> Iterator[tuple[str, Entry]]:
    with path.open(encoding="utf-8-sig", newline="") as file:  # a spreadsheet may put a byte order mark first
        lines = csv.reader(file, strict=True)
        if [cell.strip() for cell in next(lines, [])] != _HEADER:
            raise MisuseError(f"{path}: the first line must be {','.join(_HEADER)}")
        for cells in lines:
            if cells and len(cells) != len(_HEADER):
                raise MisuseError(f"{path}: line {lines.line_num} has {len(cells)} cells, not {len(_HEADER)}")
            if cells:
                kind, match, ap_id = (cell.strip() for cell in cells)
                yield f"line {lines.line_num}", (kind, match, ap_id)


def _json(path: Path) -> Iterator[tuple[str, Entry]]:
    pairs = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=list)
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise MisuseError(f"{path}: the file must hold one object with any of {', '.join(KINDS)}")
    for kind, rules in pairs:
        matches = [("", rules)] if kind == "default" else rules
        if not isinstance(matches, list) or not all(isinstance(rule, tuple) for rule in matches):
            raise MisuseError(f"{path}: {kind} must be an object of ap_ids")
        for match, ap_id in matches:
            if not isinstance(ap_id, str):
                raise MisuseError(f"{path}: {kind} {match!r} must be a string")
            yield f"{kind} {match!r}", (kind, match, ap_id)


def _rules(path: Path, entries: Iterator[tuple[str, Entry]]) -> Rules:
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for place, (kind, match, ap_id) in entries:
        _check(f"{path}: {place}", kind, match=match, ap_id=ap_id)
        if found[kind].setdefault(match, ap_id) != ap_id:
            raise MisuseError(f"{path}: {place} gives {kind} {match!r} a second ap_id")
    if not any(found.values()):
        raise MisuseError(f"{path} holds no rule")
    return Rules(default=found.pop("default").get(""), **found)


def _check(place: str, kind: str, *, match: str, ap_id: str) -> None:
    if kind not in KINDS:
        raise MisuseError(f"{place}: the kind is one of {', '.join(KINDS)}, not {kind!r}")
    if (kind == "default") != (match == ""):
        raise MisuseError(f"{place}: a default matches nothing in particular, every other rule something")
    try:
        match.encode()
        wrong = next(_AP_ID.iter_errors(ap_id), None)
    except ValueError as exc:  # half of a surrogate pair, which JSON can escape and DynamoDB cannot store
        raise MisuseError(f"{place} is no Unicode text") from exc
    if wrong is not None:
        raise MisuseError(f"{place}: no query can ask for this ap_id: {wrong.message}")
