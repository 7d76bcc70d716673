"""The fields that the command line and the console show are derived from the public contract."""

import json

from tools.contract.bundle import request_schemas
from tools.contract.fields import fields, fields_module


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


def test_module_exports_the_fields() -> None:
    """The console imports them as a module."""
    module = fields_module()
    assert fields() == json.loads(module.partition("export const FIELDS = ")[2].removesuffix(";\n"))
