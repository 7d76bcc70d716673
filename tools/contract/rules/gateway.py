"""What API Gateway's extensions must say: validators, integrations, the resource policy."""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from tools.contract.rules.place import Document, Found, Node, Operation, Place, Rule, each_node, each_operation

PREFIX = "x-amazon-apigateway-"
INTEGRATION = PREFIX + "integration"
_VALIDATOR = PREFIX + "request-validator"
_POLICY = PREFIX + "policy"

# The extensions that the deployment, the local gateway and these rules know.
_KNOWN = (
    "api-key-source",
    "authtype",
    "endpoint-configuration",
    "gateway-responses",
    "integration",
    "policy",
    "request-validator",
    "request-validators",
)
_URI = re.compile(
    r"arn:aws:apigateway:\$\{aws_region\}:lambda:path/2015-03-31/functions/"
    r"arn:aws:lambda:\$\{aws_region\}:\$\{aws_account_id\}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)?/invocations"
)
# A function is always invoked by POST. AWS exports `when_no_match` for a proxy.
_PROXY = {"type": "aws_proxy", "httpMethod": "POST", "passthroughBehavior": "when_no_match"}
_SHORTEST, _LONGEST = 50, 29_000
_POLICY_LIMIT = 8192


def known_extensions(document: Document) -> Found:
    """Refuse extensions that nothing here reads: a misspelt one is silently ignored by the importer."""
    for place, node in each_node(document):
        for key in node if isinstance(node, Mapping) else ():
            if str(key).startswith("x-amazon-") and str(key).removeprefix(PREFIX) not in _KNOWN:
                yield (*place, key), "correct the name or drop it: nothing here knows this extension"


def request_validator(document: Document) -> Found:
    """Ask each operation for a request validator that exists: without one nothing is checked."""
    validators = document.get(PREFIX + "request-validators", {})
    for operation in each_operation(document):
        if operation.node.get(_VALIDATOR) not in validators:
            yield operation.place, f"name one of the request validators: {', '.join(validators)}"


def integration(document: Document) -> Found:
    """Ask each operation for a Lambda proxy integration; the module `preflight` checks those of preflights."""
    for operation in each_operation(document):
        if INTEGRATION not in operation.node:
            yield operation.place, f"add {INTEGRATION}: without one the deployment of the whole API fails"
    for place, node in _proxies(document):
        for key, value in _PROXY.items():
            if node.get(key) != value:
                yield (*place, key), f"write {value}"


def integration_uri(document: Document) -> Found:
    """Ask for a function's invocation path in the region and account of the deployment."""
    for place, node in _proxies(document):
        if not _URI.fullmatch(str(node.get("uri"))):
            yield (*place, "uri"), "give the invocation path of a function, with ${aws_region} and ${aws_account_id}"


def integration_timeout(document: Document) -> Found:
    """Hold timeouts to the range that a REST API has without a raised quota."""
    for place, node in _proxies(document):
        timeout = node.get("timeoutInMillis")
        if type(timeout) is not int or not _SHORTEST <= timeout <= _LONGEST:
            yield (*place, "timeoutInMillis"), f"give a whole number of milliseconds from {_SHORTEST} to {_LONGEST}"


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


def _proxies(document: Document) -> Iterator[tuple[Place, Node]]:
    """Yield the integrations of operations that a function answers."""
    for operation in each_operation(document):
        if INTEGRATION in operation.node and not operation.is_preflight:
            yield (*operation.place, INTEGRATION), operation.node[INTEGRATION]


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


RULES: dict[str, Rule] = {
    "integration": integration,
    "known-extensions": known_extensions,
    "request-validator": request_validator,
    "integration-uri": integration_uri,
    "integration-timeout": integration_timeout,
    "policy-size": policy_size,
    "policy-principal": policy_principal,
}
