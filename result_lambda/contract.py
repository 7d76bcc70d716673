"""The internal contract as `make client` derives it: `contract.json` beside this module."""

import json
from pathlib import Path
from typing import Any, Final

_CONTRACT: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("contract.json").read_text(encoding="utf-8"))

VERSION: Final[str] = _CONTRACT["version"]

# By operationId: its method, path and the schema of its body (None without a body).
OPERATIONS: Final[dict[str, dict[str, Any]]] = _CONTRACT["operations"]

# The properties of a record by name. They are the attributes that are read of a row, and no others.
PROPERTIES: Final[dict[str, dict[str, Any]]] = _CONTRACT["record"]["properties"]
