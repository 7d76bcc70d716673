"""Evaluates `x-amazon-apigateway-policy`, the resource policy of an API."""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.local.credentials import Identity
from tools.local.extensions import SpecError
from tools.local.gateway_responses import ACCESS_DENIED, GatewayError

_PLACE = "x-amazon-apigateway-policy"
_MEMBERS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})
# By operator, whether it wants the value to be among those of the condition.
_OPERATORS: Mapping[str, bool] = {"StringEquals": True, "StringNotEquals": False}


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


_KEYS: Mapping[str, Callable[[Access], str | None]] = {
    "aws:PrincipalArn": lambda access: access.identity.role_arn if access.identity else None,
    "aws:SourceVpce": lambda access: access.vpc_endpoint_id,
}


class Policy:
    """A compiled resource policy."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Check the policy; raise SpecError for an element, operator or key that is not imitated."""
        self._statements = document.get("Statement")
        if not isinstance(self._statements, list):
            raise SpecError(f"{_PLACE}: there is no list of Statement")
        for number, statement in enumerate(self._statements):
            _check(f"{_PLACE}/Statement/{number}", statement)

    def check(self, access: Access, arn: str) -> None:
        """Raise GatewayError unless access is allowed; AWS's message names the signer and the `arn` of the method."""
        decision = self.decide(access)
        if decision is not Decision.ALLOW:
            user = access.identity.user_arn if access.identity else "anonymous"
            why = " with an explicit deny" if decision is Decision.EXPLICIT_DENY else ""
            message = f"User: {user} is not authorized to perform: execute-api:Invoke on resource: {arn}{why}"
            raise GatewayError(ACCESS_DENIED, message)

    def decide(self, access: Access) -> Decision:
        """Evaluate the statements: a Deny that applies wins over an Allow."""
        effects = {each["Effect"] for each in self._statements or [] if _applies(each, access)}
        if not effects:
            return Decision.IMPLICIT_DENY
        return Decision.EXPLICIT_DENY if "Deny" in effects else Decision.ALLOW


def _check(place: str, statement: Mapping[str, Any]) -> None:
    if unknown := statement.keys() - _MEMBERS:
        raise SpecError(f"{place}: {', '.join(sorted(unknown))} is not imitated")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise SpecError(f"{place}: Effect is neither Allow nor Deny")
    if statement.get("Action") != "execute-api:Invoke":
        raise SpecError(f"{place}: the action {statement.get('Action')} is not imitated")
    principal = statement.get("Principal")
    if principal != "*" and not (isinstance(principal, dict) and isinstance(principal.get("AWS"), str)):
        raise SpecError(f"{place}: the principal {principal} is not imitated")
    if not str(statement.get("Resource")).startswith("execute-api:/"):  # an ARN has the id of an API, made up here
        raise SpecError(f"{place}: the resource {statement.get('Resource')} is not imitated")
    _check_condition(place, statement.get("Condition", {}))


def _check_condition(place: str, condition: Mapping[str, Any]) -> None:
    for operator, keys in condition.items():
        if operator not in _OPERATORS:
            raise SpecError(f"{place}: the operator {operator} is not imitated")
        if unknown := keys.keys() - _KEYS.keys():
            raise SpecError(f"{place}: the condition key {', '.join(sorted(unknown))} is not imitated")


def _applies(statement: Mapping[str, Any], access: Access) -> bool:
    principal, identity = statement["Principal"], access.identity
    named = principal == "*" or (identity is not None and principal["AWS"] in (identity.role_arn, identity.user_arn))
    # IAM's wildcards: `*` matches any characters, slashes too, and `?` matches one.
    glob = re.escape(statement["Resource"].removeprefix("execute-api:/")).replace(r"\*", ".*").replace(r"\?", ".")
    return (
        named
        and re.fullmatch(glob, access.resource, re.DOTALL) is not None
        # A missing key fails StringEquals and passes StringNotEquals.
        and all(
            (_KEYS[key](access) in (values if isinstance(values, list) else [values])) is _OPERATORS[operator]
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )
