"""The import copies pass through the parsers and translators that stand before API Gateway, and lose nothing."""

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.consumer_tools import PROGRAMS, run
from tests.contract.test_import import deployed
from tools.contract.bundle import NAMES

pytestmark = pytest.mark.timeout(300)
Document = dict[str, Any]

# What swagger-parser writes out where a document says nothing: the styles of OpenAPI for headers.
WRITTEN_OUT: Final = {"style": "simple", "explode": False}


def user_query(document: Document) -> Document:
    """Return an operation of the document."""
    operation: Document = document["paths"]["/query/user"]["post"]
    return operation


def page(document: Document) -> Document:
    """Return a model of the document."""
    model: Document = document["components"]["schemas"]["RecordPage"]
    return model


def no_url(document: Document) -> None:
    """Give the licence a path instead of a URL."""
    document["info"]["license"] = {"name": "Proprietary", "url": "../LICENSE"}


def link_with_a_body(document: Document) -> None:
    """Link to another operation with an object as its body."""
    answer = user_query(document)["responses"]["200"]
    answer["links"] = {"next": {"operationId": "query_user", "requestBody": {"user_id": "$request.body#/user_id"}}}


def bound_of_a_later_draft(document: Document) -> None:
    """Write a bound as OpenAPI 3.1 does."""
    page(document)["properties"]["count"]["exclusiveMinimum"] = 0


def type_of_a_later_draft(document: Document) -> None:
    """Write null as OpenAPI 3.1 does."""
    page(document)["properties"]["next_cursor"]["type"] = ["string", "null"]


def one_name_twice(document: Document) -> None:
    """Give two operations the same id."""
    document["paths"]["/query/fail"]["post"]["operationId"] = "query_user"


def no_answers(document: Document) -> None:
    """Leave out the answers of an operation."""
    del user_query(document)["responses"]


def unknown_place(document: Document) -> None:
    """Put a parameter where OpenAPI 2 had it."""
    user_query(document)["parameters"][0]["in"] = "body"


def unknown_keyword(document: Document) -> None:
    """Give a schema a keyword of JSON Schema that OpenAPI 3.0 does not have."""
    page(document)["properties"]["count"]["const"] = 1


FAULTS: Final[tuple[Callable[[Document], None], ...]] = (
    no_url,
    link_with_a_body,
    bound_of_a_later_draft,
    type_of_a_later_draft,
    one_name_twice,
    no_answers,
    unknown_place,
    unknown_keyword,
)


def write(folder: Path, name: str, document: Document) -> str:
    """Write a document to a file, and return its path as a word of a command."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return shlex.quote(str(path))


@pytest.fixture(scope="module")
def reread(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """Give what swagger-parser reads, and says, of each copy, and of one copy with each of the faults."""
    folder = tmp_path_factory.mktemp("reread")
    documents = {name: deployed(name) for name in NAMES}
    for spoil in FAULTS:
        spoil(documents.setdefault(spoil.__name__, deployed("public")))
    paths = [write(folder, name, document) for name, document in documents.items()]
    output = run(f"java -cp {{jar}} Reread.java {' '.join(paths)}", PROGRAMS / "java", words={})
    reports = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return dict(zip(documents, reports, strict=True))


def normalised(node: Any) -> Any:  # noqa: ANN401  # any JSON
    """Sort the lists of required fields, and drop styles that are written out."""
    if isinstance(node, list):
        return [normalised(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: normalised(value) for name, value in node.items()}
    if isinstance(kept.get("required"), list):
        kept["required"] = sorted(kept["required"])
    if "schema" in kept:
        kept = {name: value for name, value in kept.items() if WRITTEN_OUT.get(name) != value}
    return kept


def differences(sent: Document, read: Document | None) -> list[str]:
    """Return the places in which two documents differ."""
    return sorted(_differences(normalised(sent), normalised(read), ""))


def _differences(one: object, other: object, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            yield from _differences(one.get(name), other.get(name), f"{place}/{name}")
    elif one != other:
        yield place


@pytest.mark.parametrize("name", NAMES)
def test_swagger_parser_has_nothing_to_say(reread: Mapping[str, Document], name: str) -> None:
    """The parser of API Gateway's importer takes the copy without a message."""
    assert [] == (reread[name]["messages"] or [])


@pytest.mark.parametrize("name", NAMES)
def test_swagger_parser_loses_nothing(reread: Mapping[str, Document], name: str) -> None:
    """What it has read is what was sent."""
    assert [] == differences(deployed(name), reread[name]["document"])


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_swagger_parser_notices_a_fault(reread: Mapping[str, Document], spoil: Callable[[Document], None]) -> None:
    """A fault is named, or what it spoils is lost."""
    sent = deployed("public")
    spoil(sent)
    report = reread[spoil.__name__]
    assert report["messages"] or differences(sent, report["document"])


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_has_nothing_to_say(name: str, tmp_path: Path) -> None:
    """A CloudFormation template with the copy as body of its API has no error and no warning."""
    properties = {"Body": deployed(name), "FailOnWarnings": True}
    template = {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}}}
    run(f"cfn-lint --regions ap-southeast-1 -- {write(tmp_path, name, template)}", tmp_path, words={})


@pytest.mark.parametrize("name", NAMES)
def test_sam_passes_the_copy_on(name: str, tmp_path: Path) -> None:
    """A template of SAM is taken by its translator, and the API that it makes has the copy as it is."""
    template = sam_template(tmp_path, name, deployed(name))
    output = run(f"python sam.py {template}", PROGRAMS / "python", words={}, AWS_DEFAULT_REGION="ap-southeast-1")
    resources = json.loads(output.splitlines()[-1])["Resources"]
    assert deployed(name) == resources["Api"]["Properties"]["Body"]
    assert {"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"} == {
        resource["Type"] for resource in resources.values()
    }


def sam_template(folder: Path, name: str, document: Document) -> str:
    """Write a template with a document as the body of its API and return its path as a word of a command."""
    properties = {"StageName": "v1", "DefinitionBody": document, "FailOnWarnings": True}
    api = {"Type": "AWS::Serverless::Api", "Properties": properties}
    return write(folder, name, {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Api": api}})
