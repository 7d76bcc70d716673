"""The fields that the command line and the console show are derived from the public contract."""

import json
from pathlib import Path

from tools.contract.bundle import request_schemas
from tools.contract.fields import fields, write_fields


def test_every_operation_with_pages_has_its_fields() -> None:
    """The key and the filters of an operation are all fields of its body but those of paging; no old name is there."""
    found = fields()
    assert {"query_user", "query_marketing", "query_fail"} <= found["operations"].keys()
    assert not {"query_failures", "failed", "health"} & found["operations"].keys()
    for name, operation in found["operations"].items():
        body = request_schemas("public")[name]["properties"].keys()
        assert body == {"limit", "cursor", operation["key"], *operation["filters"]}
        assert set(operation["filters"]) <= found["filters"].keys()


def test_kind_of_a_filter_follows_its_schema() -> None:
    """A list of values, a text, or a time in epoch milliseconds."""
    kinds = {name: each["kind"] for name, each in fields()["filters"].items()}
    assert {"status": "list", "ap_id": "text", "created_from": "time"}.items() <= kinds.items()
    assert {"SENT", "DELIVERED", "FAILED"} <= set(fields()["filters"]["status"]["values"])


def test_json_and_module_hold_the_same(tmp_path: Path) -> None:
    """The package has JSON, the console a module."""
    for name in ("fields.json", "fields.js"):
        write_fields(tmp_path / name)
    module = (tmp_path / "fields.js").read_text(encoding="utf-8")
    assert fields() == json.loads((tmp_path / "fields.json").read_text(encoding="utf-8"))
    assert fields() == json.loads(module.partition("export const FIELDS = ")[2].removesuffix(";\n"))
