"""The resource policy. The local gateway checks the other extensions of API Gateway when it starts."""

import json
from fnmatch import fnmatchcase

from tools.contract.rules.place import Document, Found, Node, Operation, Rule, each_operation

_POLICY = "x-amazon-apigateway-policy"
_POLICY_LIMIT = 8192


def policy_size(document: Document) -> Found:
    """Hold the resource policy to the quota of API Gateway."""
    if len(json.dumps(document.get(_POLICY, {}), separators=(",", ":"))) >= _POLICY_LIMIT:
        yield (_POLICY,), f"shorten it: a resource policy has fewer than {_POLICY_LIMIT} characters"


def policy_principal(document: Document) -> Found:
    """Refuse `*` for what needs credentials: an Allow suffices within an account, so `*` is every role of it."""
    guarded = [operation for operation in each_operation(document) if not operation.is_open]
    for index, statement in enumerate(document.get(_POLICY, {}).get("Statement", [])):
        for operation in guarded if _lets_everyone_in(statement) else ():
            if any(_covers(resource, operation) for resource in _as_list(statement["Resource"])):
                yield (_POLICY, "Statement", str(index)), f"name who may call {operation.path}; * is the whole account"


def _lets_everyone_in(statement: Node) -> bool:
    principal = statement["Principal"]
    named = principal if isinstance(principal, str) else principal.get("AWS", [])
    return statement["Effect"] == "Allow" and "*" in _as_list(named)


def _covers(resource: str, operation: Operation) -> bool:
    """Tell whether `execute-api:/stage/METHOD/path` takes in an operation of any stage."""
    stage, _, rest = resource.rpartition("execute-api:/")[2].partition("/")
    if not rest:
        return stage == "*"
    return fnmatchcase(f"{operation.method}{operation.path}", rest)


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


RULES: dict[str, Rule] = {"policy-size": policy_size, "policy-principal": policy_principal}
