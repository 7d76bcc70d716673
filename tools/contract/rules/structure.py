"""The importer's demands on any document: version, names, statuses, security."""

import re
from textwrap import shorten

from openapi_spec_validator import OpenAPIV30SpecValidator

from tools.contract.rules.place import Document, Found, Rule, each_node, each_operation

# The deployment replaces these; any other `${}` would reach AWS unchanged.
PLACEHOLDERS = ("aws_account_id", "aws_region", "task_role_arn", "vpc_endpoint_id")
# The operations that need no credentials; CORS preflights need none by nature.
_OPEN = ("health", "health_head", "openapi_document")

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def openapi_version(document: Document) -> Found:
    """Ask for OpenAPI 3.0: the importer answers any other version with "Invalid OpenAPI input." and no detail."""
    if not re.fullmatch(r"3\.0\.\d+", str(document.get("openapi"))):
        yield ("openapi",), "REST APIs import OpenAPI 3.0 only; write 3.0.3"


def openapi_document(document: Document) -> Found:
    """Ask for a document of the specification's own schema; the other rules rely on its shape."""
    for error in OpenAPIV30SpecValidator(document).iter_errors():
        yield tuple(map(str, error.absolute_path)), f"make it OpenAPI 3.0: {shorten(error.message, 200)}"


def security(document: Document) -> Found:
    """Ask each operation for its own `security`: the importer ignores that of the document."""
    for operation in each_operation(document):
        if operation.is_preflight:
            continue
        wanted = operation.node.get("security")
        if wanted is None:
            yield operation.place, "write its own `security`: the importer does not use that of the document"
        elif not wanted and operation.name not in _OPEN:
            yield (*operation.place, "security"), f"ask for credentials: only {', '.join(_OPEN)} need none"


def preflight(document: Document) -> Found:
    """Keep OPTIONS open: a browser asks before it sends credentials."""
    for operation in each_operation(document):
        if operation.is_preflight and not operation.is_open:
            yield operation.place, "write `security: []`: browsers send a preflight without credentials"


def explicit_statuses(document: Document) -> Found:
    """Ask for each status by its number: a method response has no default and no range."""
    for operation in each_operation(document):
        for status in operation.node["responses"]:
            if not re.fullmatch(r"[1-5]\d\d", str(status)):
                yield (
                    (*operation.place, "responses", str(status)),
                    "name each status; `default` and ranges are not imported",
                )


def schema_names(document: Document) -> Found:
    """Hold schema names to those that a model may have; one bad name discards the whole import."""
    for name in document.get("components", {}).get("schemas", {}):
        if not re.fullmatch(r"[A-Za-z0-9]+", name):
            yield ("components", "schemas", name), "name it with letters and digits only: it becomes a model"


def placeholders(document: Document) -> Found:
    """Refuse placeholders that the deployment does not fill."""
    for place, value in each_node(document):
        for name in _PLACEHOLDER.findall(value) if isinstance(value, str) else ():
            if name not in PLACEHOLDERS:
                yield place, f"${{{name}}} is filled by nobody; known are {', '.join(PLACEHOLDERS)}"


# The other rules rely on these.
FIRST_RULES: dict[str, Rule] = {"openapi-version": openapi_version, "openapi-document": openapi_document}
RULES: dict[str, Rule] = {
    "security": security,
    "preflight": preflight,
    "explicit-statuses": explicit_statuses,
    "schema-names": schema_names,
    "placeholders": placeholders,
}
