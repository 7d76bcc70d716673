"""Each edit breaks exactly one rule, and only that rule reports it."""

from typing import Any

import pytest

from tests.contract.edits import DROP, edited
from tools.contract.bundle import bundle, import_copy
from tools.contract.lint import CHAIN_RULES, COPY_RULES, SOURCE_RULES, check, check_chain

USER = "/paths/~1query~1user/post"
FAILED = "/paths/~1failed/post"
PUSH = "/paths/~1query~1push/post"
HEALTH = "/paths/~1health/get"
PROXY = "/x-amazon-apigateway-integration"
PREFLIGHT = "/paths/~1query~1user/options" + PROXY + "/responses/default/responseParameters"
ALLOW = PREFLIGHT + "/method.response.header.Access-Control-Allow-%s"
STATEMENT = "/x-amazon-apigateway-policy/Statement/0"
GATEWAY = "/x-amazon-apigateway-gateway-responses"
THROTTLED = GATEWAY + "/THROTTLED/responseTemplates/application~1json"
SCHEMAS = "/components/schemas"
RESPONSES = "/components/responses"
PROBLEM_JSON = "/content/application~1problem+json"
REQUEST_JSON = USER + "/requestBody/content/application~1json"
ERROR = {"$ref": "#/components/responses/InternalError"}
PROBLEM = '{"type":"urn:x:%s","title":"t","status":%d,"detail":"d","code":"%s","request_id":"$context.requestId"}'

# rule, contract, what to change in it (JSON Pointer: new value)
BROKEN_SOURCES: list[tuple[str, str, dict[str, Any]]] = [
    ("security", "public", {USER + "/security": DROP}),
    ("security", "public", {USER + "/security": []}),
    ("explicit-statuses", "public", {USER + "/responses/default": ERROR}),
    ("explicit-statuses", "public", {USER + "/responses/5XX": ERROR}),
    ("schema-names", "public", {SCHEMAS + "/Query_User": {"type": "object", "description": "A name too free."}}),
    ("placeholders", "public", {"/info/description": "Runs in ${aws_regoin}."}),
    ("preflight-present", "public", {"/paths/~1failed/options": DROP}),
    ("preflight-headers", "public", {ALLOW % "Origin": "'https://example.com'"}),
    ("preflight-headers", "public", {ALLOW % "Methods": "'GET'"}),
    ("preflight-headers", "public", {ALLOW % "Headers": "'content-type,x-api-key'"}),
    ("policy-size", "internal", {STATEMENT + "/Sid": "A" * 8192}),
    ("policy-principal", "internal", {STATEMENT + "/Principal": "*"}),
    ("policy-principal", "internal", {STATEMENT + "/Principal": {"AWS": ["*"]}}),
    ("policy-principal", "internal", {STATEMENT: {"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"}}),
    ("gateway-response-types", "public", {GATEWAY + "/THROTTLED": DROP}),
    ("gateway-response-types", "public", {GATEWAY + "/TOO_SLOW": {}}),
    ("gateway-response-status", "public", {GATEWAY + "/THROTTLED/statusCode": DROP}),
    ("gateway-response-status", "public", {GATEWAY + "/DEFAULT_5XX/statusCode": "500"}),
    (
        "gateway-response-headers",
        "public",
        {GATEWAY + "/WAF_FILTERED/responseParameters/gatewayresponse.header.Content-Type": DROP},
    ),
    (
        "gateway-response-headers",
        "public",
        {GATEWAY + "/THROTTLED/responseParameters/gatewayresponse.header.Retry-After": DROP},
    ),
    ("gateway-response-body", "public", {THROTTLED: DROP}),
    ("gateway-response-body", "public", {THROTTLED: "too many requests"}),
    ("gateway-response-body", "public", {THROTTLED: '{"title":"Too many requests","status":429}'}),
    ("gateway-response-body", "public", {THROTTLED: PROBLEM % ("too_many_requests", 500, "too_many_requests")}),
    ("gateway-response-body", "public", {THROTTLED: PROBLEM % ("forbidden", 429, "too_many_requests")}),
    ("gateway-response-body", "public", {THROTTLED: '{"detail":"$context.error.validationErrorString"}'}),
    ("request-id", "public", {RESPONSES + "/BadRequest/headers/X-Request-Id": DROP}),
    ("request-id", "public", {USER + "/responses/200/headers": DROP}),
    ("retry-after", "public", {RESPONSES + "/TooManyRequests/headers/Retry-After": DROP}),
    ("problem-answers", "public", {RESPONSES + "/GatewayTimeout/content": DROP}),
    ("problem-answers", "public", {RESPONSES + "/GatewayTimeout" + PROBLEM_JSON + "/schema": {"type": "object"}}),
    ("problem-examples", "public", {RESPONSES + "/GatewayTimeout" + PROBLEM_JSON + "/examples": DROP}),
    ("problem-examples", "public", {"/components/examples/GatewayTimeout/value/status": 503}),
    ("problem-examples", "public", {"/components/examples/GatewayTimeout/value/code": "bad_gateway"}),
    ("problem-possible", "public", {PUSH + "/responses/400": {"$ref": "#/components/responses/BadRequest"}}),
    ("problem-possible", "public", {HEALTH + "/responses/400": {"$ref": "#/components/responses/BadRequest"}}),
    ("problem-possible", "internal", {PUSH + "/responses/400": {"$ref": "#/components/responses/BadRequest"}}),
    ("error-statuses", "public", {USER + "/responses/413": DROP}),
    ("error-statuses", "public", {USER + "/responses/403": DROP}),
    ("error-statuses", "public", {"/paths/~1failed/options/responses/415": DROP}),
    ("error-statuses", "internal", {"/paths/~1health/get/responses/504": DROP}),
    ("deprecation", "public", {FAILED + "/responses/200/headers/Sunset": DROP}),
    ("deprecation", "public", {USER + "/deprecated": True}),
    ("requests-closed", "public", {SCHEMAS + "/QueryUserRequest/additionalProperties": DROP}),
    ("requests-closed", "internal", {SCHEMAS + "/QueryUserPosition/additionalProperties": {"type": "string"}}),
    ("answers-open", "public", {SCHEMAS + "/Status/enum": ["SENT", "DELIVERED", "FAILED"]}),
    ("answers-open", "public", {SCHEMAS + "/RecordPage/additionalProperties": False}),
    ("descriptions", "public", {"/info/description": ""}),
    ("descriptions", "public", {USER + "/summary": DROP}),
    ("descriptions", "public", {USER + "/description": DROP}),
    ("descriptions", "public", {"/components/parameters/XRequestId/description": DROP}),
    ("descriptions", "public", {SCHEMAS + "/Status/description": DROP}),
    ("descriptions", "public", {"/components/headers/XRequestId/description": DROP}),
    ("examples-present", "public", {SCHEMAS + "/UserId/example": DROP}),
    ("examples-present", "public", {SCHEMAS + "/Status/example": DROP}),
    ("examples-present", "public", {"/components/parameters/XRequestId/example": DROP}),
    ("examples-present", "public", {REQUEST_JSON + "/examples": DROP}),
    ("examples-present", "public", {USER + "/responses/200/content/application~1json/examples": {}}),
]
BROKEN_COPIES: list[tuple[str, str, dict[str, Any]]] = [
    ("preflight", "public", {"/paths/~1query~1user/options/security": [{"api_key": []}]}),
    ("copy-references", "public", {SCHEMAS + "/Problem/properties/errors/items/$ref": "components.yaml#/FieldError"}),
    ("copy-references", "public", {SCHEMAS + "/Problem/properties/errors/items/$ref": "#/components/schemas/Nothing"}),
    ("copy-media-type-schemas", "public", {REQUEST_JSON + "/schema": {"type": "object"}}),
    ("copy-model-shape", "public", {SCHEMAS + "/Nothing": {"type": "object"}}),
]
BROKEN_CHAINS: list[tuple[str, str, dict[str, Any]]] = [
    ("budgets", "internal", {USER + PROXY + "/timeoutInMillis": 29000}),
    ("same-operations", "internal", {USER + "/operationId": "query_users"}),
    ("same-fields", "internal", {SCHEMAS + "/QueryUserRequest/properties/ap_id": DROP}),
    ("same-fields", "public", {SCHEMAS + "/QueryUserRequest/properties/ap_id": DROP}),
]


@pytest.fixture(scope="module")
def sources() -> dict[str, dict[str, Any]]:
    """Return both contracts, bundled."""
    return {name: bundle(name) for name in ("public", "internal")}


@pytest.fixture(scope="module")
def copies() -> dict[str, dict[str, Any]]:
    """Return both import copies."""
    return {name: import_copy(name) for name in ("public", "internal")}


@pytest.mark.parametrize(("rule", "name", "edits"), BROKEN_SOURCES)
def test_a_fault_of_a_contract_breaks_its_rule_alone(
    sources: dict[str, dict[str, Any]], rule: str, name: str, edits: dict[str, Any]
) -> None:
    """A fault is found under exactly one rule, so that the finding explains it."""
    document = edited(sources[name], edits)
    assert {rule} == {finding.rule for finding in check(document, name, SOURCE_RULES)}


@pytest.mark.parametrize(("rule", "name", "edits"), BROKEN_COPIES)
def test_a_fault_of_an_import_copy_breaks_its_rule_alone(
    copies: dict[str, dict[str, Any]], rule: str, name: str, edits: dict[str, Any]
) -> None:
    """Parts that the importer refuses or drops are found in the import copy itself."""
    document = edited(copies[name], edits)
    assert {rule} == {finding.rule for finding in check(document, name, COPY_RULES)}


@pytest.mark.parametrize(("rule", "name", "edits"), BROKEN_CHAINS)
def test_a_fault_between_the_contracts_breaks_its_rule_alone(
    sources: dict[str, dict[str, Any]], rule: str, name: str, edits: dict[str, Any]
) -> None:
    """The two contracts are checked against each other."""
    changed = sources | {name: edited(sources[name], edits)}
    assert {rule} == {finding.rule for finding in check_chain(changed["public"], changed["internal"])}


def test_every_rule_is_broken_by_a_test() -> None:
    """A rule that nothing can break checks nothing."""
    rules = {*SOURCE_RULES, *COPY_RULES, *CHAIN_RULES}
    assert rules == {rule for rule, _, _ in (*BROKEN_SOURCES, *BROKEN_COPIES, *BROKEN_CHAINS)}
