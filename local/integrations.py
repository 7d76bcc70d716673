"""Where an operation leads: the one kind of integration that is imitated, a proxy to a Lambda function."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from local.errors import SpecError

_URI = re.compile(
    r"arn:aws:apigateway:(?P<region>[a-z0-9-]+):lambda:path/2015-03-31/functions/"
    r"(?P<arn>arn:aws:lambda:(?P=region):(?P<account>[0-9]{12}):function:(?P<name>[A-Za-z0-9_-]{1,64}))/invocations"
)
_MEMBERS = frozenset({"type", "httpMethod", "uri", "timeoutInMillis", "passthroughBehavior"})
_SHORTEST, _LONGEST = 50, 29_000


@dataclass(frozen=True, kw_only=True)
class Integration:
    """A proxy integration. Lambda is invoked with POST; with another method every call fails."""

    function: str
    arn: str
    region: str
    account_id: str
    method: str
    timeout_seconds: float

    @classmethod
    def parse(cls, place: str, section: Mapping[str, Any]) -> Self:
        """Read `x-amazon-apigateway-integration`; SpecError names what is wrong or not imitated, and the `place`."""
        if str(section.get("type")).lower() != "aws_proxy":
            raise SpecError(f"{place}: the integration type {section.get('type')} is not imitated")
        if unknown := section.keys() - _MEMBERS:
            raise SpecError(f"{place}: {', '.join(sorted(unknown))} of the integration is not imitated")
        uri = _URI.fullmatch(str(section.get("uri")))
        if uri is None:
            raise SpecError(f"{place}: the integration uri {section.get('uri')} names no Lambda function")
        timeout = section.get("timeoutInMillis", _LONGEST)
        if type(timeout) is not int or not _SHORTEST <= timeout <= _LONGEST:
            raise SpecError(f"{place}: timeoutInMillis is not between {_SHORTEST} and {_LONGEST}")
        return cls(
            function=uri["name"],
            arn=uri["arn"],
            region=uri["region"],
            account_id=uri["account"],
            method=str(section.get("httpMethod")),
            timeout_seconds=timeout / 1000,
        )
