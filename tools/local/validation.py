"""The checks of API Gateway's request validators: required parameters, and bodies against models."""

from collections.abc import Mapping

import jsonschema_rs
import orjson

from tools.local.gateway_responses import BAD_REQUEST_BODY, BAD_REQUEST_PARAMETERS, GatewayError
from tools.local.request import Request

# By media type.
Models = Mapping[str, jsonschema_rs.Draft4Validator]


def check_headers(required: tuple[str, ...], request: Request) -> None:
    """Raise GatewayError unless all `required` headers are present and not blank.

    API Gateway checks nothing else of a parameter.
    """
    missing = ", ".join(name for name in sorted(required) if not (request.header(name) or "").strip())
    if missing:
        raise GatewayError(BAD_REQUEST_PARAMETERS, f"Missing required request parameters: [{missing}]")


def check_body(models: Models, request: Request) -> None:
    """Raise GatewayError unless the body fits the model of its media type.

    A body without `Content-Type` counts as JSON, a body of a type without a model is not checked, and an empty body is
    validated as an empty object.
    """
    model = models.get(request.media_type)
    if model is None:
        return
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError as exc:
        raise GatewayError(BAD_REQUEST_BODY, validation="[the body is not JSON]") from exc
    errors = [error.message for error in model.iter_errors(body)]
    if errors:
        raise GatewayError(BAD_REQUEST_BODY, validation=f"[{', '.join(errors)}]")
