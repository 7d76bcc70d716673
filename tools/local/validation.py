"""What API Gateway's request validators check: required parameters, and bodies against models."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import jsonschema_rs
import orjson

from tools.local import media_types
from tools.local.gateway_responses import BAD_REQUEST_BODY, BAD_REQUEST_PARAMETERS, GatewayError
from tools.local.request import Request


class Location(enum.Enum):
    """Where a parameter stands; the order is the one in which API Gateway lists missing parameters."""

    HEADER = "header"
    PATH = "path"
    QUERY = "querystring"


@dataclass(frozen=True)
class Parameter:
    """A parameter that a request must have."""

    location: Location
    name: str

    @property
    def key(self) -> str:
        """The name in API Gateway's terms."""
        return f"method.request.{self.location.value}.{self.name}"


Models = Mapping[str, jsonschema_rs.Draft4Validator]


def check_parameters(required: tuple[Parameter, ...], request: Request, path_parameters: Mapping[str, str]) -> None:
    """Raise GatewayError unless all `required` parameters are there and not blank.

    Nothing else about a parameter is checked by API Gateway.
    """
    missing = [
        parameter.name
        for parameter in sorted(required, key=lambda parameter: parameter.key)
        if not _value(parameter, request, path_parameters).strip()
    ]
    if missing:
        names = ", ".join(missing)
        raise GatewayError(BAD_REQUEST_PARAMETERS, f"Missing required request parameters: [{names}]")


def check_body(models: Models, request: Request) -> None:
    """Raise GatewayError unless the body fits the model of its content type.

    A body without a `Content-Type` counts as JSON, one of a type without a model is not looked at, and an empty one
    is validated as an empty object.
    """
    model = models.get(media_types.essence(request.header("content-type") or media_types.JSON))
    if model is None:
        return
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError as exc:
        raise GatewayError(BAD_REQUEST_BODY, validation="[the body is not JSON]") from exc
    errors = [error.message for error in model.iter_errors(body)]
    if errors:
        raise GatewayError(BAD_REQUEST_BODY, validation=f"[{', '.join(errors)}]")


def _value(parameter: Parameter, request: Request, path_parameters: Mapping[str, str]) -> str:
    if parameter.location is Location.HEADER:
        return request.header(parameter.name) or ""
    if parameter.location is Location.PATH:
        return path_parameters.get(parameter.name, "")
    return dict(request.query).get(parameter.name, "")
