"""What `lint` reports of a folder of contracts: nothing of ours, and of others each fault once."""

import shutil
from pathlib import Path

import pytest

from tools.contract.bundle import SOURCES
from tools.contract.lint import Finding, lint


def test_the_contracts_have_no_finding() -> None:
    """Both contracts and both import copies keep every rule."""
    expected: list[Finding] = []
    assert expected == lint()


def test_a_shared_fault_is_one_finding_for_each_contract(tmp_path: Path) -> None:
    """A component that many operations use is reported once, with its place in the document and what to do."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    shared = tmp_path / "components.yaml"
    shared.write_text(
        shared.read_text().replace("description: The service is busy", "description: '' # The service is busy")
    )
    expected = [
        Finding(
            "descriptions",
            f"{name}.yaml#/components/responses/ServiceUnavailable",
            "say in a `description` what it is for",
        )
        for name in ("public", "internal")
    ]
    assert expected == lint(tmp_path)


def test_a_contract_that_can_not_be_bundled_is_a_finding(tmp_path: Path) -> None:
    """A missing file is reported like any other fault."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    (tmp_path / "components.yaml").unlink()
    assert [Finding("bundle", str(tmp_path), "there is no file components.yaml")] == lint(tmp_path)


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("openapi-version", "openapi: 3.0.3", "openapi: 3.1.0"),
        ("openapi-document", "      responses:", "      answers:"),
    ],
)
def test_a_document_that_is_not_openapi_3_0_has_no_other_finding(
    tmp_path: Path, rule: str, before: str, after: str
) -> None:
    """The rules need the shape of OpenAPI 3.0; without it their findings would be noise, or crashes."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    source = tmp_path / "public.yaml"
    source.write_text(source.read_text().replace(before, after))
    assert {rule} == {finding.rule for finding in lint(tmp_path)}


def test_a_fault_that_only_the_import_copy_has_is_found(tmp_path: Path) -> None:
    """OpenAPI allows a body that is not an object, API Gateway's models do not."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    source = tmp_path / "public.yaml"
    health = "{$ref: 'components.yaml#/components/schemas/Health'}"
    source.write_text(source.read_text().replace(health, "{type: object, description: Any.}"))
    place = "/paths/~1health/get/responses/200/content/application~1json/schema"
    sentence = "refer to a model: the importer ignores a schema that is written in place"
    assert [Finding("copy-media-type-schemas", f"public.json#{place}", sentence)] == lint(tmp_path)


def test_a_fault_of_a_contract_and_its_copy_is_one_finding(tmp_path: Path) -> None:
    """A fault of the source is not reported again for its copy."""
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    source = tmp_path / "public.yaml"
    source.write_text(source.read_text().replace("title: Push record query API", "title: ${title}"))
    known = "aws_account_id, aws_region, task_role_arn, vpc_endpoint_id"
    sentence = f"${{title}} is filled by nobody; known are {known}"
    assert [Finding("placeholders", "public.yaml#/info/title", sentence)] == lint(tmp_path)
