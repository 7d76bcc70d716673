"""What the importer of API Gateway asks of any document: version, names, paths, parameters, security."""

import re
from collections import Counter
from textwrap import shorten

from openapi_spec_validator import OpenAPIV30SpecValidator

from tools.contract.rules.place import Document, Found, Rule, each_node, each_operation, each_parameter

# What the deployment fills in; anything else in `${}` would reach AWS as it stands.
PLACEHOLDERS = ("aws_account_id", "aws_region", "task_role_arn", "vpc_endpoint_id")
# The operations that need no credentials; CORS preflights need none by nature.
_OPEN = ("health", "openapi_document")

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_SEGMENT = re.compile(r"[A-Za-z0-9_.,:-]+|\{[A-Za-z0-9_.-]+\+?\}")


def openapi_version(document: Document) -> Found:
    """Ask for OpenAPI 3.0: the importer answers any other version with "Invalid OpenAPI input." and no detail."""
    if not re.fullmatch(r"3\.0\.\d+", str(document.get("openapi"))):
        yield ("openapi",), "REST APIs import OpenAPI 3.0 only; write 3.0.3"


def openapi_document(document: Document) -> Found:
    """Ask for a document of the specification's own schema; the other rules rely on its shape."""
    for error in OpenAPIV30SpecValidator(document).iter_errors():
        yield tuple(map(str, error.absolute_path)), f"make it OpenAPI 3.0: {shorten(error.message, 200)}"


def operation_id(document: Document) -> Found:
    """Ask for an operationId that no other operation has: routes, client functions and metrics are named after it."""
    named = list(each_operation(document))
    times = Counter(operation.name for operation in named)
    for operation in named:
        name = operation.name
        if not isinstance(name, str) or not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name):
            yield operation.place, "give it an operationId in snake_case: the router and the client are named after it"
        elif times[name] > 1:
            yield (*operation.place, "operationId"), f"{name} names another operation too; every name is used once"


def security(document: Document) -> Found:
    """Ask each operation for security of its own: that of the document is not what the importer goes by."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for operation in each_operation(document):
        if operation.is_preflight:
            continue
        wanted = operation.node.get("security")
        if wanted is None:
            yield operation.place, "write its own `security`: the importer does not use that of the document"
        elif not wanted and operation.name not in _OPEN:
            yield (
                (*operation.place, "security"),
                f"ask for credentials: only {' and '.join(_OPEN)} need none",
            )
        for name in (name for alternative in wanted or [] for name in alternative if name not in schemes):
            yield (*operation.place, "security"), f"{name} is no security scheme of this document"


def security_scheme(document: Document) -> Found:
    """Allow only apiKey, which stands for API keys, SigV4 and authorizers alike in a REST API."""
    for name, scheme in document.get("components", {}).get("securitySchemes", {}).items():
        if scheme.get("type") != "apiKey":
            yield ("components", "securitySchemes", name), "use type apiKey, the only one that a REST API imports"


def preflight(document: Document) -> Found:
    """Keep OPTIONS open: a browser asks before it sends credentials."""
    for operation in each_operation(document):
        if operation.is_preflight and not operation.is_open:
            yield operation.place, "write `security: []`: browsers send a preflight without credentials"


def path_characters(document: Document) -> Found:
    """Hold path segments to the characters that a resource may have."""
    for path in document["paths"]:
        segments = path.removeprefix("/").split("/")
        if not all(_SEGMENT.fullmatch(segment) for segment in segments):
            yield ("paths", path), "use letters, digits and _-.,: or one whole {variable} for each segment"
        elif any(segment.endswith("+}") for segment in segments[:-1]):
            yield ("paths", path), "let a greedy variable be the last segment: nothing can stand below it"


def path_variables(document: Document) -> Found:
    """Ask for one name at each place of a variable: two would be siblings, of which only one may be variable."""
    names: dict[str, str] = {}
    for path in document["paths"]:
        for variable in re.finditer(r"\{[^}]*\}", path):
            known = names.setdefault(path[: variable.start()], variable[0])
            if variable[0] != known:
                yield ("paths", path), f"write {known} for {variable[0]}, as another path does at this place"


def parameter_names(document: Document) -> Found:
    """Hold parameters to what becomes a parameter of a method."""
    for path in document["paths"]:
        if "parameters" in document["paths"][path]:
            yield ("paths", path), "write parameters at each operation: not every importer reads them elsewhere"
    for operation in each_operation(document):
        parameters = list(each_parameter(document, operation))
        times = Counter(parameter.get("name") for _, parameter in parameters)
        for place, parameter in parameters:
            if times[parameter.get("name")] > 1:
                yield place, "rename it: a name is used once over path, query and headers"
            if parameter.get("in") == "cookie":
                yield place, "use a header: the importer ignores cookies"


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


# Without these the others have nothing to stand on.
FIRST_RULES: dict[str, Rule] = {"openapi-version": openapi_version, "openapi-document": openapi_document}
RULES: dict[str, Rule] = {
    "operation-id": operation_id,
    "security": security,
    "security-scheme": security_scheme,
    "preflight": preflight,
    "path-characters": path_characters,
    "path-variables": path_variables,
    "parameter-names": parameter_names,
    "explicit-statuses": explicit_statuses,
    "schema-names": schema_names,
    "placeholders": placeholders,
}
