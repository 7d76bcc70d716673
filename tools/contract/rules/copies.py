"""What only the import copies are held to: nothing that the importer refuses, drops or warns about.

The lists follow https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html.
"""

import json
from collections.abc import Mapping

from tools.contract.rules.place import (
    Document,
    Found,
    Rule,
    each_content,
    each_node,
    each_operation,
    each_schema,
    follow,
)

_KEYWORDS = (
    "default",
    "deprecated",
    "discriminator",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "nullable",
    "readOnly",
    "writeOnly",
)
_FORMATS = ("int32", "int64", "float", "double", "decimal")
_SECTIONS = ("schemas", "securitySchemes")
_MODEL = "#/components/schemas/"
_SIZE_LIMIT = 6_000_000


def keywords(document: Document) -> Found:
    """Refuse keywords and formats that a model does not have."""
    for place, schema in each_schema(document):
        for key in schema:
            if key in _KEYWORDS or key.startswith("x-"):
                yield (*place, key), "let the bundler drop it: a model knows only the keywords of JSON Schema draft 4"
        if schema.get("format") in _FORMATS:
            yield (*place, "format"), "let the bundler drop it: the importer does not support number formats"


def references(document: Document) -> Found:
    """Refuse references to anything but a model of the document."""
    for place, node in each_node(document):
        target = node.get("$ref") if isinstance(node, Mapping) else None
        if isinstance(target, str) and (not target.startswith(_MODEL) or not follow(document, place, node)[1]):
            yield place, f"{target} is no model of this document; the importer resolves nothing else"


def media_type_schemas(document: Document) -> Found:
    """Ask for a bare reference: the importer ignores a schema that is written in place."""
    for operation in each_operation(document):
        for place, content in each_content(document, operation):
            schema = content.get("schema", {})
            if set(schema) != {"$ref"}:
                yield (*place, "schema"), "refer to a model: the importer ignores a schema that is written in place"


def model_shape(document: Document) -> Found:
    """Refuse empty models, which cannot be created."""
    for name, schema in document["components"].get("schemas", {}).items():
        if not schema.get("properties") and not schema.get("items"):
            yield (
                ("components", "schemas", name),
                "give it a property, or write it out in place: a model is never empty",
            )


def document_size(document: Document) -> Found:
    """Hold the document to the quota of API Gateway."""
    if len(json.dumps(document, ensure_ascii=False).encode()) >= _SIZE_LIMIT:
        yield (), "shorten it: API Gateway takes at most 6 MB"


RULES: dict[str, Rule] = {
    "copy-keywords": keywords,
    "copy-references": references,
    "copy-media-type-schemas": media_type_schemas,
    "copy-model-shape": model_shape,
    "copy-size": document_size,
}
