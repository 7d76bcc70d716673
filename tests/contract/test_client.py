"""Packages are generated as a whole, from a contract as callers need it, or not at all."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tools.contract import client
from tools.contract.bundle import SOURCES, bundle, operations
from tools.contract.caller import for_callers, most_items
from tools.contract.client import MADE, generate
from tools.contract.packages import GENERATED, PACKAGES, GenerationError, make_package
from tools.contract.typescript import node_modules

INTERNAL, PUBLIC = PACKAGES
CONTRACT = """
openapi: 3.0.3
info: {title: Small, version: 2.3.4}
paths:
  /things/find:
    post:
      operationId: find_things
      tags: [things]
      summary: Find things
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Wanted'}
      responses:
        '200':
          description: Found.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '404':
          description: Nothing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Problem'}}}
  /things/old:
    post:
      operationId: old
      deprecated: true
      responses: {'200': {description: Found.}}
components:
  schemas:
    Wanted:
      type: object
      required: [class]
      properties:
        class: {type: string, description: Its kind.}
        limit: {type: integer, nullable: true, default: 10, maximum: 50}
        since: {type: integer, format: int64, description: In epoch milliseconds.}
        position: {type: object, properties: {key: {type: string}}}
    Thing:
      type: object
      required: [at]
      properties:
        at: {type: integer, minimum: 0, description: In epoch milliseconds.}
        tags: {type: array, maxItems: 3, items: {type: string}}
        next_position: {$ref: '#/components/schemas/NextPosition'}
    NextPosition: {type: object, additionalProperties: {type: string}}
    Problem: {type: object, properties: {code: {$ref: '#/components/schemas/ProblemCode'}}}
    ProblemCode: {type: string, description: A name., x-extensible-enum: [not_found, busy]}
    Unused: {type: object, properties: {a: {type: string}}}
"""
QUERY = "parameters: [{name: a, in: query, schema: {type: string}}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a small contract and the generator's options."""
    sources = tmp_path / "openapi"
    sources.mkdir()
    for name in ("internal", "public"):
        (sources / f"{name}.yaml").write_text(CONTRACT)
    shutil.copy(SOURCES / "generator.yaml", sources)
    return sources


def test_callers_see_no_more_than_they_need(folder: Path) -> None:
    """Without deprecated, null, error and unused parts; a position is passed back unchanged."""
    document = for_callers(bundle("internal", folder))
    schemas = document["components"]["schemas"]
    assert ["POST /things/find"] == list(operations(document))
    assert {"Wanted", "Thing", "NextPosition", "ProblemCode"} == set(schemas)
    assert {"type": "string", "description": "A name.", "enum": ["not_found", "busy"]} == schemas["ProblemCode"]
    wanted = schemas["Wanted"]["properties"]
    assert {"type": "integer", "default": 10, "maximum": 50} == wanted["limit"]
    assert {"$ref": "#/components/schemas/NextPosition"} == wanted["position"]
    assert {"description": "Nothing."} == document["paths"]["/things/find"]["post"]["responses"]["404"]
    assert {"find_things": 50} == most_items(document)


def test_page_without_a_limit_has_none(folder: Path) -> None:
    """Then a walk asks for no size."""
    (folder / "internal.yaml").write_text(CONTRACT.replace(", maximum: 50", ""))
    assert {} == most_items(for_callers(bundle("internal", folder)))


def test_known_values_can_be_left_out(folder: Path) -> None:
    """A caller that only passes values on has no use for their lists."""
    assert "enum" not in str(for_callers(bundle("internal", folder), known_values=False))
    assert "ProblemCode" in for_callers(bundle("internal", folder))["components"]["schemas"]


def test_reserved_name_of_a_request_field_stops_the_internal_client(folder: Path, tmp_path: Path) -> None:
    """The body is a TypedDict, whose keys are the names on the wire."""
    with pytest.raises(GenerationError, match="this_name_needs_support"):
        make_package(INTERNAL, tmp_path / "made", folder)


@pytest.mark.parametrize("name", ["public", "internal"])
def test_every_time_of_the_contracts_is_known_as_one(name: str) -> None:
    """The templates go by the words `epoch milliseconds`: each int64 has them, and nothing else does."""
    document = for_callers(bundle(name))

    def properties(node: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        found = [each for child in children for each in properties(child)]
        return [node, *found] if isinstance(node, dict) and node.get("type") == "integer" else found

    for each in properties(bundle(name)["components"]["schemas"]):
        assert (each.get("format") == "int64") == ("epoch milliseconds" in each.get("description", ""))
    assert properties(document)


def test_public_package_is_generated_with_the_hand_written_parts(folder: Path, tmp_path: Path) -> None:
    """It is typed and has the contract's version and operations; the wire keeps names that Python reserves."""
    made = tmp_path / "made"
    make_package(PUBLIC, made, folder)
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert {"py.typed", "pyproject.toml", "README.md", "client.py", "_runtime.py", "_cli/app.py"} <= names
    assert not {name for name in names if name.startswith(("api/", "_runtime/")) or "__pycache__" in name}
    assert 'version = "2.3.4"' in (made / "pyproject.toml").read_text()
    text = (made / "client.py").read_text()
    assert 'Operation("find_things", method="POST", path="/things/find"' in "".join(text.split("\n    "))
    assert "def old(" not in text
    assert 'class_: str = msgspec.field(name="class")' in (made / "models" / "wanted.py").read_text()
    assert "def at_datetime(self) -> datetime:" in (made / "models" / "thing.py").read_text()


def test_internal_package_is_one_module(folder: Path, tmp_path: Path) -> None:
    """It is async, raw and strict: request bodies are dicts, responses have bounds, arrays stay raw JSON."""
    (folder / "internal.yaml").write_text(CONTRACT.replace("class", "kind"))
    made = tmp_path / "made"
    make_package(INTERNAL, made, folder)
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert {"__init__.py", "client.py", "py.typed"} == names
    client = (made / "client.py").read_text()
    assert "class Wanted(TypedDict):" in client
    assert "at: Annotated[int, msgspec.Meta(ge=0, le=9223372036854775807)]" in client
    assert "tags: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET" in client
    assert "Decoder(Annotated[list[str], msgspec.Meta(max_length=3)])" in client


def test_tools_are_found_without_path(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator's post hooks run the ruff of this environment, independent of PATH."""
    monkeypatch.delenv("PATH")
    make_package(PUBLIC, tmp_path / "made", folder)
    assert (tmp_path / "made" / "_cli" / "app.py").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("default: 10", "default: ten", "Invalid int value: ten"),
        (
            "      requestBody:",
            "      parameters: [{name: a, in: query, schema: {type: string}}]\n      requestBody:",
            "these_parameters",
        ),
    ],
    ids=["warning", "unsupported"],
)
def test_what_can_not_be_generated_stops_it(folder: Path, tmp_path: Path, *, old: str, new: str, said: str) -> None:
    """Parts that the generator or the templates do not support would be missing in the client."""
    (folder / "public.yaml").write_text(CONTRACT.replace(old, new))
    with pytest.raises(GenerationError, match=said):
        make_package(PUBLIC, tmp_path / "made", folder)


@pytest.mark.usefixtures("node_and_npm")
def test_everything_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Files of an older contract are removed; after an error, the old files stay."""
    stale = tmp_path / GENERATED / PUBLIC.name / "stale.py"
    stale.parent.mkdir(parents=True)
    stale.touch()
    broken = tmp_path / "openapi"
    shutil.copytree(SOURCES, broken)
    (broken / "public.yaml").write_text((broken / "public.yaml").read_text().replace("x-default: 10", "default: ten"))
    with pytest.raises(GenerationError):
        generate(tmp_path, broken)
    assert [stale] == [path for path in (tmp_path / GENERATED).rglob("*") if path.is_file()]
    assert tuple(tmp_path / path for path in MADE) == generate(tmp_path)
    assert not stale.exists()
    assert all((tmp_path / path).exists() for path in MADE)


def test_missing_npm_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The TypeScript client is made by its tools."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GenerationError, match=r"needs Node.js 20 with npm; there is no `npm` here"):
        node_modules(tmp_path)


def test_what_is_made_is_what_is_listed() -> None:
    """One list, for the command and for the check of drift."""
    assert [
        "generated_client/internal_query_client",
        "generated_client/query_service_client",
        "generated_client/typescript",
        "result_lambda/contract.json",
        "query_lambda/contract.json",
        "infra/rows.schema.json",
        "web/console/fields.js",
        "service/openapi.json",
        "docs/errors.md",
    ] == [path.as_posix() for path in client.MADE]
