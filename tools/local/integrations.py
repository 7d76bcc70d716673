"""The integrations of a method. Two kinds are imitated: a proxy to a Lambda function, and a constant mock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.local.extensions import SpecError
from tools.local.request import JSON

_URI = re.compile(
    r"arn:aws:apigateway:(?P<region>[a-z0-9-]+):lambda:path/2015-03-31/functions/"
    r"(?P<arn>arn:aws:lambda:(?P=region):(?P<account>[0-9]{12}):function:(?P<name>[A-Za-z0-9_-]{1,64}))/invocations"
)
_PROXY = frozenset({"type", "httpMethod", "uri", "timeoutInMillis", "passthroughBehavior"})
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


@dataclass(frozen=True, kw_only=True)
class Mock:
    """A constant response: one status and the same headers, without a body.

    A request of another media type than JSON has no template and is refused (`passthroughBehavior: never`).
    """

    status: int
    headers: tuple[tuple[str, str], ...]


Integration = Proxy | Mock


def parse(place: str, section: Mapping[str, Any]) -> Integration:
    """Read `x-amazon-apigateway-integration`; raise SpecError with the `place` if it is not imitated."""
    match section.get("type"):
        case "aws_proxy":
            return _proxy(place, section)
        case "mock":
            return _mock(place, section)
    raise SpecError(f"{place}: the integration type {section.get('type')} is not imitated")


def _proxy(place: str, section: Mapping[str, Any]) -> Proxy:
    if unknown := section.keys() - _PROXY:
        raise SpecError(f"{place}: {', '.join(sorted(unknown))} of the integration is not imitated")
    uri = _URI.fullmatch(str(section.get("uri")))
    if uri is None:
        raise SpecError(f"{place}: the integration uri {section.get('uri')} names no Lambda function")
    if section.get("httpMethod") != "POST":
        raise SpecError(f"{place}: a Lambda function is invoked with httpMethod POST")
    timeout = section.get("timeoutInMillis", _LONGEST)
    if type(timeout) is not int or not _SHORTEST <= timeout <= _LONGEST:
        raise SpecError(f"{place}: timeoutInMillis is not between {_SHORTEST} and {_LONGEST}")
    return Proxy(
        function=uri["name"],
        arn=uri["arn"],
        region=uri["region"],
        account_id=uri["account"],
        timeout_seconds=timeout / 1000,
    )


def _mock(place: str, section: Mapping[str, Any]) -> Mock:
    response = section.get("responses", {}).get("default", {})
    status, headers = str(response.get("statusCode")), response.get("responseParameters", {})
    constant = {
        "type": "mock",
        "passthroughBehavior": "never",
        "requestTemplates": {JSON: f'{{"statusCode": {status}}}'},
        "responses": {"default": {"statusCode": status, "responseParameters": headers}},
    }
    literal = all(key.startswith(_MAPPED) and re.fullmatch(r"'[^']*'", value) for key, value in headers.items())
    if section != constant or not re.fullmatch("[2-5][0-9]{2}", status) or not literal:
        raise SpecError(f"{place}: a mock other than one constant status with constant headers is not imitated")
    pairs = ((key.removeprefix(_MAPPED).lower(), value[1:-1]) for key, value in headers.items())
    return Mock(status=int(status), headers=tuple(pairs))
