"""The responses that API Gateway gives by itself: built in, or from `x-amazon-apigateway-gateway-responses`."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tools.local.extensions import SpecError
from tools.local.request import JSON, GatewayRequest
from tools.local.responses import Response


@dataclass(frozen=True)
class Kind:
    """A kind of refusal or failure: its response type, and AWS's built-in response.

    A kind that is not customisable is answered before any document applies.
    """

    response_type: str
    status: int
    error_type: str
    message: str
    customisable: bool = True


_INTERNAL = ("InternalServerErrorException", "Internal server error")
_SIGNATURE = "The request signature we calculated does not match the signature you provided."

ACCESS_DENIED = Kind("ACCESS_DENIED", 403, "AccessDeniedException", "User is not authorized")
BAD_GATEWAY = Kind("DEFAULT_5XX", 502, *_INTERNAL)
BAD_REQUEST_PARAMETERS = Kind("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", "Missing required parameters")
HEADERS_TOO_LARGE = Kind("DEFAULT_4XX", 431, "BadRequestException", "Request Header Fields Too Large", False)
INCOMPLETE_SIGNATURE = Kind("INVALID_SIGNATURE", 403, "IncompleteSignatureException", "Incomplete signature")
INTEGRATION_TIMEOUT = Kind("INTEGRATION_TIMEOUT", 504, _INTERNAL[0], "Endpoint request timed out")
INVALID_API_KEY = Kind("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
INVALID_SIGNATURE = Kind("INVALID_SIGNATURE", 403, "InvalidSignatureException", _SIGNATURE)
MISSING_TOKEN = Kind(
    "MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"
)
REQUEST_TOO_LARGE = Kind("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", "Request Too Long", False)
UNKNOWN_STAGE = Kind("DEFAULT_4XX", 403, "ForbiddenException", "Forbidden", False)
UNRECOGNIZED_CLIENT = Kind(
    "INVALID_SIGNATURE", 403, "UnrecognizedClientException", "The security token included in the request is invalid."
)
UNSUPPORTED_MEDIA_TYPE = Kind("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException", "Unsupported Media Type")
URI_TOO_LONG = Kind("DEFAULT_4XX", 414, "BadRequestException", "Request URI too long", False)

_TYPES = re.compile(
    "ACCESS_DENIED|API_CONFIGURATION_ERROR|AUTHORIZER_CONFIGURATION_ERROR|AUTHORIZER_FAILURE|BAD_REQUEST_BODY|"
    "BAD_REQUEST_PARAMETERS|DEFAULT_4XX|DEFAULT_5XX|EXPIRED_TOKEN|INTEGRATION_FAILURE|INTEGRATION_TIMEOUT|"
    "INVALID_API_KEY|INVALID_SIGNATURE|MISSING_AUTHENTICATION_TOKEN|QUOTA_EXCEEDED|REQUEST_TOO_LARGE|"
    "RESOURCE_NOT_FOUND|THROTTLED|UNAUTHORIZED|UNSUPPORTED_MEDIA_TYPE|WAF_FILTERED"
)
_MEMBERS = frozenset({"statusCode", "responseParameters", "responseTemplates"})
_VARIABLE = re.compile(r"\$([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)")
_HEADER = re.compile(r"gatewayresponse\.header\.([\w-]+)")
_LITERAL = re.compile(r"'[^']*'")
_BUILT_IN = '{"message":$context.error.messageString}'


class GatewayError(Exception):
    """API Gateway answers by itself."""

    def __init__(self, kind: Kind, message: str | None = None) -> None:
        self.kind = kind
        self.message = kind.message if message is None else message
        super().__init__(self.message)


_VARIABLES: Mapping[str, Callable[[GatewayError, GatewayRequest], str]] = {
    "context.error.messageString": lambda error, _: json.dumps(error.message, ensure_ascii=False),
    "context.requestId": lambda _, received: received.request_id,
}


class GatewayResponses:
    """The gateway responses of one document."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        """Check the section; raise SpecError for a part that AWS refuses or that is not imitated."""
        for name, own in section.items():
            _check(f"x-amazon-apigateway-gateway-responses/{name}", name, own)
        self._own = section

    def render(self, error: GatewayError, received: GatewayRequest) -> Response:
        """Return the document's response for the type, else its default for the class, else the built-in one."""
        kind = error.kind
        default = "DEFAULT_5XX" if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "DEFAULT_4XX"
        own = self._own.get(kind.response_type, self._own.get(default))
        if own is None or not kind.customisable:
            return _built_in(error)
        headers = {"content-type": JSON}
        for key, value in own.get("responseParameters", {}).items():
            name = key.rpartition(".")[2].lower()
            headers[name] = value[1:-1] if _LITERAL.fullmatch(value) else _VARIABLES[value](error, received)
        template = own.get("responseTemplates", {}).get(JSON, _BUILT_IN)
        body = _VARIABLE.sub(lambda found: _VARIABLES[found[1]](error, received), template)
        return Response(
            status=int(own.get("statusCode", kind.status)),
            headers=(*headers.items(), ("x-amzn-errortype", kind.error_type)),
            body=body.encode(),
        )


def _built_in(error: GatewayError) -> Response:
    """Return AWS's own response: a refusal by policy has a capital M, a server error a space after the colon."""
    kind = error.kind
    name = "Message" if kind is ACCESS_DENIED else "message"
    colon = ": " if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR else ":"
    return Response(
        status=kind.status,
        headers=(("content-type", JSON), ("x-amzn-errortype", kind.error_type)),
        body=f'{{"{name}"{colon}{json.dumps(error.message, ensure_ascii=False)}}}'.encode(),
    )


def _check(place: str, name: str, own: Mapping[str, Any]) -> None:
    if not _TYPES.fullmatch(name):
        raise SpecError(f"{place}: there is no gateway response type of this name")
    templates, parameters = own.get("responseTemplates", {}), own.get("responseParameters", {})
    unknown = [*sorted(own.keys() - _MEMBERS), *sorted(templates.keys() - {JSON})]
    unknown += [f"${name}" for name in _VARIABLE.findall(templates.get(JSON, "")) if name not in _VARIABLES]
    unknown += [key for key in parameters if not _HEADER.fullmatch(key)]
    unknown += [value for value in parameters.values() if not _LITERAL.fullmatch(value) and value not in _VARIABLES]
    if unknown:
        raise SpecError(f"{place}: {', '.join(unknown)} is not imitated")
