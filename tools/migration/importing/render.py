"""Fills the placeholders of a contract's import copy with the values of a deployment."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.contract.bundle import import_copy, operations
from tools.migration.outcome import MisuseError

_PLACEHOLDER: Final = re.compile(r"\$\{([a-z_]+)\}")
_FUNCTION: Final = re.compile(r":function:([A-Za-z0-9_-]+)/invocations$")


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A document to import, and the values that the import needs from it."""

    body: bytes
    title: str
    function_name: str
    vpc_endpoint_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The hash of the document."""
        return hashlib.sha256(self.body).hexdigest()


def render(name: str, values: Mapping[str, str | None]) -> Rendered:
    """Return the contract `name` with its placeholders filled.

    Raises MisuseError, which names the placeholders without a value, and BundleError for an incomplete contract.
    """
    text = json.dumps(import_copy(name), ensure_ascii=False, sort_keys=True)
    missing = sorted({found for found in _PLACEHOLDER.findall(text) if not values.get(found)})
    if missing:
        options = ", ".join(f"--{placeholder.removeprefix('aws_').replace('_', '-')}" for placeholder in missing)
        raise MisuseError(f"the {name} contract needs {options}")
    filled = _PLACEHOLDER.sub(lambda found: json.dumps(values[found[1]])[1:-1], text)
    document = json.loads(filled)
    return Rendered(
        body=filled.encode(),
        title=document["info"]["title"],
        function_name=_function(document),
        vpc_endpoint_ids=_vpc_endpoints(document),
    )


def _function(document: Mapping[str, Any]) -> str:
    """Return the one function that all operations are integrated with."""
    uris = {operation["x-amazon-apigateway-integration"].get("uri", "") for operation in operations(document).values()}
    names = {found[1] for uri in uris if (found := _FUNCTION.search(uri))}
    (name,) = names
    return name


def _vpc_endpoints(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the VPC endpoints of a private API; a public one has none."""
    configurations = [server.get("x-amazon-apigateway-endpoint-configuration", {}) for server in document["servers"]]
    return tuple(endpoint for configuration in configurations for endpoint in configuration.get("vpcEndpointIds", ()))
