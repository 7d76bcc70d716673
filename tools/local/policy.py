"""Evaluates `x-amazon-apigateway-policy`, the resource policy of an API."""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.local.credentials import Identity
from tools.local.extensions import SpecError

_PLACE = "x-amazon-apigateway-policy"
_MEMBERS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
_ACTIONS = frozenset({"execute-api:invoke", "execute-api:*", "*"})


class Decision(enum.Enum):
    """The result of a policy. An implicit deny is the absence of an Allow."""

    ALLOW = "allow"
    IMPLICIT_DENY = "implicit deny"
    EXPLICIT_DENY = "explicit deny"


@dataclass(frozen=True, kw_only=True)
class Access:
    """A request to be judged. `resource` is `stage/METHOD/path`."""

    resource: str
    identity: Identity | None = None
    vpc_endpoint_id: str | None = None


_Test = Callable[[Access], bool]


@dataclass(frozen=True)
class _Statement:
    allows: bool
    tests: tuple[_Test, ...]

    def applies(self, access: Access) -> bool:
        return all(test(access) for test in self.tests)


class Policy:
    """A compiled resource policy."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Compile the policy; raise SpecError for an element, operator or key that is not imitated."""
        if "Statement" not in document:
            raise SpecError(f"{_PLACE}: there is no Statement")
        self._statements = [
            _statement(f"{_PLACE}/Statement/{number}", statement)
            for number, statement in enumerate(_listed(document["Statement"]))
        ]

    def decide(self, access: Access) -> Decision:
        """Evaluate the statements: a Deny that applies wins over an Allow."""
        applying = [statement.allows for statement in self._statements if statement.applies(access)]
        if not applying:
            return Decision.IMPLICIT_DENY
        return Decision.ALLOW if all(applying) else Decision.EXPLICIT_DENY


def _statement(place: str, statement: Mapping[str, Any]) -> _Statement:
    if unknown := statement.keys() - _MEMBERS:
        raise SpecError(f"{place}: {', '.join(sorted(unknown))} is not imitated")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise SpecError(f"{place}: Effect is neither Allow nor Deny")
    for action in _listed(statement.get("Action", [])):
        if action.lower() not in _ACTIONS:
            raise SpecError(f"{place}: the action {action} is not imitated")
    conditions = statement.get("Condition", {})
    return _Statement(
        allows=statement["Effect"] == "Allow",
        tests=(
            _principal(place, statement.get("Principal")),
            _resource(place, statement.get("Resource", [])),
            *(
                _condition(place, operator, key, _listed(values))
                for operator, keys in conditions.items()
                for key, values in keys.items()
            ),
        ),
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # any JSON
    return value if isinstance(value, list) else [value]


def _principal(place: str, principal: Any) -> _Test:  # noqa: ANN401  # any JSON
    if isinstance(principal, dict) and principal.keys() == {"AWS"}:
        principal = principal["AWS"]
    names = _listed(principal)
    if not names or not all(isinstance(name, str) for name in names):
        raise SpecError(f"{place}: this Principal is not imitated")
    return lambda access: any(name == "*" or _is(access.identity, name) for name in names)


def _is(identity: Identity | None, name: str) -> bool:
    """Return whether a principal names the session, its role, or its whole account."""
    if identity is None:
        return False
    account = identity.account_id
    return name in (identity.role_arn, identity.user_arn, account, f"arn:aws:iam::{account}:root")


def _resource(place: str, resources: Any) -> _Test:  # noqa: ANN401  # any JSON
    patterns = [_resource_pattern(place, resource) for resource in _listed(resources)]
    return lambda access: any(pattern.fullmatch(access.resource) for pattern in patterns)


def _resource_pattern(place: str, resource: str) -> re.Pattern[str]:
    """Compile the short form of a resource; a full ARN has the id of an API, which is made up here."""
    if resource == "*":
        return _glob("*")
    if not resource.startswith("execute-api:/"):
        raise SpecError(f"{place}: the resource {resource} is not imitated, write execute-api:/stage/METHOD/path")
    return _glob(resource.removeprefix("execute-api:/"))


def _glob(pattern: str) -> re.Pattern[str]:
    """Compile IAM's wildcards: `*` matches any characters, slashes too, and `?` matches one."""
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(char, re.escape(char)) for char in pattern), re.DOTALL)


# By operator, whether it wants the value to be among those of the condition.
_OPERATORS: Mapping[str, bool] = {"StringEquals": True, "StringNotEquals": False}
_KEYS: Mapping[str, Callable[[Access], str | None]] = {
    "aws:principalarn": lambda access: access.identity.role_arn if access.identity else None,
    "aws:sourcevpce": lambda access: access.vpc_endpoint_id,
}


def _condition(place: str, operator: str, key: str, values: list[str]) -> _Test:
    """Compile one condition. A missing key fails StringEquals and passes StringNotEquals."""
    if operator not in _OPERATORS:
        raise SpecError(f"{place}: the operator {operator} is not imitated")
    if key.lower() not in _KEYS:
        raise SpecError(f"{place}: the condition key {key} is not imitated")
    read = _KEYS[key.lower()]
    return lambda access: (read(access) in values) is _OPERATORS[operator]
