"""Rules for the import copies alone: schemas and references that the importer refuses or ignores.

They follow https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html.
"""

from collections.abc import Mapping

from tools.contract.rules.place import Document, Found, Rule, each_content, each_node, each_operation, follow

_MODEL = "#/components/schemas/"


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
            yield ("components", "schemas", name), "give it a property, or write it in place: a model is never empty"


RULES: dict[str, Rule] = {
    "copy-references": references,
    "copy-media-type-schemas": media_type_schemas,
    "copy-model-shape": model_shape,
}
