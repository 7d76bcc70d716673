"""The integrations of a method. Two kinds are imitated: a proxy to a Lambda function, and a constant mock."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tools.local.extensions import SpecError
from tools.local.request import JSON

_URI = re.compile(
    r"arn:aws:apigateway:(?P<region>[a-z0-9-]+):lambda:path/2015-03-31/functions/"
    r"(?P<arn>arn:aws:lambda:(?P=region):(?P<account>[0-9]{12}):function:(?P<name>[A-Za-z0-9_-]{1,64}))/invocations"
)
_PROXY = frozenset({"type", "httpMethod", "uri", "timeoutInMillis", "passthroughBehavior"})
_MOCK = frozenset({"type", "requestTemplates", "responses", "passthroughBehavior"})
_RESPONSE = frozenset({"statusCode", "responseParameters"})
_MAPPED = "method.response.header."
_SHORTEST, _LONGEST = 50, 29_000


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A proxy integration, which invokes a Lambda function with POST."""

    function: str
    arn: str
    region: str
    account_id: str
    timeout_seconds: float

    @classmethod
    def parse(cls, place: str, section: Mapping[str, Any]) -> Self:
        """Read `x-amazon-apigateway-integration`; raise SpecError with the `place` if it is not imitated."""
        _check_members(place, "the integration", section, _PROXY)
        uri = _URI.fullmatch(str(section.get("uri")))
        if uri is None:
            raise SpecError(f"{place}: the integration uri {section.get('uri')} names no Lambda function")
        if section.get("httpMethod") != "POST":
            raise SpecError(f"{place}: a Lambda function is invoked with httpMethod POST")
        timeout = section.get("timeoutInMillis", _LONGEST)
        if type(timeout) is not int or not _SHORTEST <= timeout <= _LONGEST:
            raise SpecError(f"{place}: timeoutInMillis is not between {_SHORTEST} and {_LONGEST}")
        return cls(
            function=uri["name"],
            arn=uri["arn"],
            region=uri["region"],
            account_id=uri["account"],
            timeout_seconds=timeout / 1000,
        )


@dataclass(frozen=True, kw_only=True)
class Mock:
    """A constant response: one status and the same headers, without a body.

    A request of another media type than JSON has no template and is refused (`passthroughBehavior: never`).
    """

    status: int
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, place: str, section: Mapping[str, Any]) -> Self:
        """Read `x-amazon-apigateway-integration`; raise SpecError with the `place` if it is not imitated."""
        _check_members(place, "the mock integration", section, _MOCK)
        if str(section.get("passthroughBehavior")).lower() != "never":
            raise SpecError(f"{place}: a mock integration is imitated with passthroughBehavior never only")
        if list(section.get("responses", {})) != ["default"]:
            raise SpecError(f"{place}: a mock integration is imitated with the response `default` alone")
        response = section["responses"]["default"]
        _check_members(place, "the mock's response", response, _RESPONSE)
        status = _template_status(place, section.get("requestTemplates", {}))
        if str(response.get("statusCode")) != str(status):
            raise SpecError(f"{place}: the mock's template and its response have different statuses")
        parameters = response.get("responseParameters", {})
        return cls(status=status, headers=tuple(_header(place, key, value) for key, value in parameters.items()))


Integration = Proxy | Mock


def parse(place: str, section: Mapping[str, Any]) -> Integration:
    """Read `x-amazon-apigateway-integration`; raise SpecError with the `place` if it is not imitated."""
    match str(section.get("type")).lower():
        case "aws_proxy":
            return Proxy.parse(place, section)
        case "mock":
            return Mock.parse(place, section)
    raise SpecError(f"{place}: the integration type {section.get('type')} is not imitated")


def _check_members(place: str, part: str, section: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := section.keys() - known:
        raise SpecError(f"{place}: {', '.join(sorted(unknown))} of {part} is not imitated")


def _template_status(place: str, templates: Mapping[str, str]) -> int:
    """Return the constant status of the one template that needs no VTL."""
    try:
        template = json.loads(templates[JSON]) if list(templates) == [JSON] else None
    except ValueError:
        template = None
    match template:
        case {"statusCode": int(status), **rest} if not rest and 200 <= status <= 599:  # noqa: PLR2004  # the range of statuses
            return status
    raise SpecError(f'{place}: a mock\'s template other than {{"statusCode": N}} for {JSON} is not imitated')


def _header(place: str, key: str, expression: str) -> tuple[str, str]:
    if not key.startswith(_MAPPED):
        raise SpecError(f"{place}: the response parameter {key} is not imitated")
    if not re.fullmatch(r"'[^']*'", expression):
        raise SpecError(f"{place}: the value {expression} of {key} is not imitated, a constant in single quotes is")
    return key.removeprefix(_MAPPED).lower(), expression[1:-1]
