"""Request validators check required headers and bodies, as on AWS."""

import pytest

from tests.gateways import VALUES, contract
from tools.local.gateway_responses import GatewayError
from tools.local.request import Request
from tools.local.spec import load
from tools.local.validation import Models, check_body, check_headers


def models() -> Models:
    """Compile the models of the operation of a user's rows, as a validator for bodies would have them."""
    document = contract("internal")
    document["x-amazon-apigateway-request-validators"]["parameters"]["validateRequestBody"] = True
    spec = load(document, VALUES)
    return spec.methods["POST", "/query/user"].models


def request(body: bytes, content_type: str | None = None) -> Request:
    """Make a request with a body."""
    headers = () if content_type is None else (("content-type", content_type),)
    return Request(method="POST", path="/", headers=headers, body=body)


def test_missing_parameters_are_listed_as_recorded() -> None:
    """They are in alphabetical order."""
    with pytest.raises(GatewayError) as raised:
        check_headers(("tenant", "area"), Request(method="GET", path="/", headers=(("area", " "),)))
    assert "Missing required request parameters: [area, tenant]" == raised.value.message


def test_present_parameters_are_not_looked_at() -> None:
    """Any value will do that is not blank; the case of a header's name makes no difference here."""
    check_headers(("X-Header-Param",), Request(method="GET", path="/", headers=(("x-header-param", "0"),)))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"user_id": "u"}', None),
        (b'{"user_id": "u", "limit": null, "platform": null}', "application/json"),
        (b'{"user_id": "u", "platform": ["IOS"], "created_from": 0}', "application/json;charset=utf-8"),
        (b"{}", "text/plain"),
        (b"not JSON", "application/x-www-form-urlencoded"),
        (b"{}", "application/merge-patch+json"),
    ],
)
def test_body_passes(body: bytes, content_type: str | None) -> None:
    """No type means JSON, a type without a model means no check, and null stands for a field that is left out."""
    check_body(models(), request(body, content_type))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"{", b'{"user_id": 1}', b'{"user_id": "u", "platform": ["FAX"]}', b"\xff", b"NaN"]
)
def test_body_that_does_not_fit_is_refused_in_three_words(body: bytes) -> None:
    """The caller gets the same text for every fault; only templates can show the detail."""
    with pytest.raises(GatewayError) as raised:
        check_body(models(), request(body))
    assert "Invalid request body" == raised.value.message
    assert raised.value.validation.startswith("[")


def test_without_models_no_body_is_looked_at() -> None:
    """An operation whose validator leaves bodies alone has no models."""
    check_body({}, request(b"not JSON", "application/json"))
