"""An extension of API Gateway that is not imitated is found at any place."""

import re
from typing import Any

import pytest

from tools.contract.bundle import import_copy
from tools.local.extensions import SpecError, check


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"x-amazon-apigateway-minimum-compression-size": 1024},
            "the root: x-amazon-apigateway-minimum-compression-size is not imitated",
        ),
        ({"x-amazon-something-new": 1}, "the root: x-amazon-something-new is not imitated"),
        (
            {"paths": {"/a": {"x-amazon-apigateway-any-method": {}}}},
            "paths//a: x-amazon-apigateway-any-method is not imitated",
        ),
        (
            {"paths": {"/a": {"get": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}}}},
            "paths//a/get: x-amazon-apigateway-auth is not imitated",
        ),
        (
            {"components": {"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {}}}}},
            "components/securitySchemes/a: x-amazon-apigateway-authorizer is not imitated",
        ),
        (
            {"tags": [{"name": "a"}, {"x-amazon-apigateway-documentation": {}}]},
            "tags/1: x-amazon-apigateway-documentation is not imitated",
        ),
        (
            {"x-amazon-apigateway-policy": {"x-amazon-apigateway-tag-value": "a"}},
            "x-amazon-apigateway-policy: x-amazon-apigateway-tag-value is not imitated",
        ),
        (
            {"paths": {"/a": {"get": {"x-amazon-apigateway-policy": {}}}}},
            "paths//a/get: x-amazon-apigateway-policy is not imitated at this place",
        ),
        (
            {"x-amazon-apigateway-endpoint-configuration": {}},
            "the root: x-amazon-apigateway-endpoint-configuration is not imitated at this place",
        ),
    ],
)
def test_unknown_extension_is_named_with_its_place(document: dict[str, Any], message: str) -> None:
    """Any depth is searched, and a known extension is accepted in its own place only."""
    with pytest.raises(SpecError, match=f"^{re.escape(message)}$"):
        check(document)


@pytest.mark.parametrize("name", ["public", "internal"])
def test_extensions_of_the_contracts_are_imitated(name: str) -> None:
    """The contracts use no other."""
    check(import_copy(name))


def test_extensions_of_others_are_let_pass() -> None:
    """Other extensions are accepted."""
    check({"x-tags": {"x-amz-date": 1}, "paths": {"/a": {"x-internal": [1, "x-amazon-apigateway-policy"]}}})
