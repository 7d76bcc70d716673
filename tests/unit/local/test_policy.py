"""A resource policy allows the principals that it names, and a Deny wins."""

import json
import re
from string import Template
from typing import Any

import pytest

from tests.gateways import FOREIGN, ROLE, TASK, VALUES
from tools.contract.bundle import import_copy
from tools.local.credentials import Identity
from tools.local.extensions import SpecError
from tools.local.policy import Access, Decision, Policy

SESSION = "arn:aws:sts::111122223333:assumed-role/query-service-task/task-1"


def decide(statements: list[dict[str, Any]] | dict[str, Any], access: Access) -> Decision:
    """Evaluate statements that allow everything by default."""
    defaults = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    listed = statements if isinstance(statements, list) else [statements]
    return Policy({"Statement": [{**defaults, **statement} for statement in listed]}).decide(access)


def access(
    identity: Identity | None = TASK, resource: str = "v1/POST/query/user", endpoint: str | None = "vpce-1"
) -> Access:
    """Return an access to a user's rows by default."""
    return Access(resource=resource, identity=identity, vpc_endpoint_id=endpoint)


def test_nothing_is_allowed_by_an_empty_policy() -> None:
    """Without an Allow that applies, access is denied."""
    assert Decision.IMPLICIT_DENY is decide([], access())


@pytest.mark.parametrize("order", [1, -1])
def test_deny_wins_in_any_order(order: int) -> None:
    """An Allow does not undo a Deny, whichever stands first."""
    statements = [{"Effect": "Allow"}, {"Effect": "Deny"}]
    assert Decision.EXPLICIT_DENY is decide(statements[::order], access())


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": SESSION}])
def test_principal_names_role_or_session(principal: Any) -> None:  # noqa: ANN401  # any JSON
    """A session matches its own ARN and its role's."""
    assert Decision.ALLOW is decide({"Principal": principal}, access())


@pytest.mark.parametrize("identity", [None, FOREIGN])
def test_role_is_nobody_else(identity: Identity | None) -> None:
    """An unsigned caller and another role are not the role that a statement names."""
    assert Decision.IMPLICIT_DENY is decide({"Principal": {"AWS": ROLE}}, access(identity))


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("execute-api:/*", Decision.ALLOW),
        ("execute-api:/v1/*", Decision.ALLOW),
        ("execute-api:/v1/POST/query/*", Decision.ALLOW),
        ("execute-api:/v1/*/query/user", Decision.ALLOW),
        ("execute-api:/v?/POST/query/user", Decision.ALLOW),
        ("execute-api:/v1/GET/query/*", Decision.IMPLICIT_DENY),
        ("execute-api:/v1/POST/query", Decision.IMPLICIT_DENY),
        ("execute-api:/v1/POST/query.user", Decision.IMPLICIT_DENY),
        ("execute-api:/V1/POST/query/user", Decision.IMPLICIT_DENY),
        ("execute-api:/v[1]/*", Decision.IMPLICIT_DENY),
    ],
)
def test_resource_is_stage_method_and_path(resource: str, expected: Decision) -> None:
    """`*` matches any characters, slashes too, `?` matches one, and others match themselves."""
    assert expected is decide({"Resource": resource}, access())


VPCE = "aws:SourceVpce"


@pytest.mark.parametrize(
    ("condition", "endpoint", "applies"),
    [
        ({"StringEquals": {VPCE: "vpce-1"}}, "vpce-1", True),
        ({"StringEquals": {VPCE: ["vpce-0", "vpce-1"]}}, "vpce-1", True),
        ({"StringEquals": {VPCE: "vpce-*"}}, "vpce-1", False),
        ({"StringEquals": {VPCE: "vpce-1"}}, None, False),
        ({"StringNotEquals": {VPCE: "vpce-1"}}, "vpce-1", False),
        ({"StringNotEquals": {VPCE: ["vpce-0", "vpce-1"]}}, "vpce-1", False),
        ({"StringNotEquals": {VPCE: "vpce-1"}}, "vpce-2", True),
        ({"StringNotEquals": {VPCE: "vpce-1"}}, None, True),
        ({"StringEquals": {VPCE: "vpce-1"}, "StringNotEquals": {"aws:PrincipalArn": ROLE}}, "vpce-1", False),
        ({"StringEquals": {VPCE: "vpce-1", "aws:PrincipalArn": ROLE}}, "vpce-1", True),
    ],
)
def test_condition_must_hold(condition: dict[str, Any], endpoint: str | None, *, applies: bool) -> None:
    """Values are alternatives, operators and keys are all required; a missing key fails StringEquals only."""
    expected = Decision.ALLOW if applies else Decision.IMPLICIT_DENY
    assert expected is decide({"Condition": condition}, access(endpoint=endpoint))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"NotAction": "execute-api:Invoke"}, "NotAction is not imitated"),
        ({"NotPrincipal": "*", "NotResource": "*"}, "NotPrincipal, NotResource is not imitated"),
        ({"Effect": "Permit"}, "Effect is neither Allow nor Deny"),
        ({"Action": "execute-api:ManageConnections"}, "the action execute-api:ManageConnections is not imitated"),
        (
            {"Principal": {"Service": "lambda.amazonaws.com"}},
            "the principal {'Service': 'lambda.amazonaws.com'} is not imitated",
        ),
        ({"Principal": {"AWS": [ROLE]}}, f"the principal {{'AWS': ['{ROLE}']}} is not imitated"),
        ({"Principal": None}, "the principal None is not imitated"),
        ({"Resource": "arn:aws:execute-api:*:*:*/v1/*"}, "the resource arn:aws:execute-api:*:*:*/v1/* is not imitated"),
        ({"Condition": {"DateLessThan": {"aws:CurrentTime": "0"}}}, "the operator DateLessThan is not imitated"),
        ({"Condition": {"StringLike": {VPCE: "vpce-*"}}}, "the operator StringLike is not imitated"),
        ({"Condition": {"StringEqualsIfExists": {VPCE: "a"}}}, "the operator StringEqualsIfExists is not imitated"),
        ({"Condition": {"StringEquals": {"aws:UserAgent": "a"}}}, "the condition key aws:UserAgent is not imitated"),
    ],
)
def test_what_is_not_imitated_is_refused(members: dict[str, Any], message: str) -> None:
    """A policy is imitated as a whole or not at all: an ignored part could allow access."""
    with pytest.raises(SpecError, match=f"^{re.escape(f'x-amazon-apigateway-policy/Statement/0: {message}')}$"):
        decide(members, access())


def test_policy_must_have_statements() -> None:
    """A policy without statements is refused."""
    with pytest.raises(SpecError, match="there is no list of Statement"):
        Policy({"Version": "2012-10-17"})


# The policy of the internal API, and an Allow that another policy of the account could give to anyone.
DOCUMENT = json.loads(Template(json.dumps(import_copy("internal"))).safe_substitute(VALUES))
CONTRACT = DOCUMENT["x-amazon-apigateway-policy"]["Statement"]
ALLOW_ALL = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
OWN_ENDPOINT = VALUES["vpc_endpoint_id"]


@pytest.mark.parametrize("path", ["user", "marketing", "transaction", "fail", "marketing/fail"])
def test_the_task_role_may_query_the_internal_api(path: str) -> None:
    """The contract's policy allows every query that the task role sends through the endpoint."""
    assert Decision.ALLOW is Policy({"Statement": CONTRACT}).decide(access(TASK, f"v1/POST/query/{path}", OWN_ENDPOINT))


@pytest.mark.parametrize("statements", [CONTRACT, [*CONTRACT, ALLOW_ALL]])
@pytest.mark.parametrize("resource", ["v1/POST/query/user", "v1/POST/query/marketing/fail", "v2/POST/query/user"])
@pytest.mark.parametrize("identity", [None, FOREIGN])
def test_an_allow_elsewhere_does_not_let_others_query(
    statements: list[dict[str, Any]], resource: str, identity: Identity | None
) -> None:
    """The policy denies queries of other principals explicitly, so an Allow in another policy has no effect."""
    assert Decision.EXPLICIT_DENY is Policy({"Statement": statements}).decide(access(identity, resource, OWN_ENDPOINT))


@pytest.mark.parametrize("identity", [None, FOREIGN, TASK])
def test_everyone_in_the_vpc_may_call_health(identity: Identity | None) -> None:
    """The denials leave `GET /health` open, and only through the endpoint."""
    policy = Policy({"Statement": CONTRACT})
    assert Decision.ALLOW is policy.decide(access(identity, "v1/GET/health", OWN_ENDPOINT))
    assert Decision.EXPLICIT_DENY is policy.decide(access(identity, "v1/GET/health", "vpce-other"))
