"""ministack with what this stack needs and it lacks, as a program that serves on a port of 127.0.0.1.

It runs in an environment of its own (make .cache/ministack/.installed). With AUTH=true it decides each call by the
policies of the account, as AWS does. Each patch does what AWS documents, independent of the stack.
"""

import json
import os
import re
import sys
from fnmatch import fnmatchcase
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import apigateway_v1 as gateway
from ministack.services import lambda_svc, sts

_ASSUMED = re.compile(r"arn:aws:sts::([0-9]+):assumed-role/([^/]+)/.*")


def api_keys_without_a_value_get_one() -> None:
    """Make a value for a key with an empty one, as AWS does; the provider sends it."""
    create = gateway._create_api_key  # noqa: SLF001  # ministack has no public way

    def create_api_key(data: dict[str, Any]) -> Any:  # noqa: ANN401  # ministack is untyped
        return create({name: value for name, value in data.items() if (name, value) != ("value", "")})

    gateway._create_api_key = create_api_key  # noqa: SLF001  # as above


def documents_are_imported_into_an_api() -> None:
    """PutRestApi: https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html, in the mode `overwrite`."""
    handle = gateway.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:  # noqa: ANN401  # as above
        parts = path.strip("/").split("/")
        if method == "PUT" and parts[0] == "restapis" and len(parts) == len(("restapis", "id")):
            return _overwrite(parts[1], json.loads(body))
        return await handle(method, path, headers, body, query)

    gateway.handle_request = handle_request


def _overwrite(api_id: str, document: dict[str, Any]) -> Any:  # noqa: ANN401  # as above
    """Replace the methods and the policy of an API by those of a document."""
    (root,) = (one for one in gateway._resources[api_id].values() if one["path"] == "/")  # noqa: SLF001  # as above
    root["resourceMethods"] = {}
    gateway._resources[api_id] = {root["id"]: root}  # noqa: SLF001  # as above
    schemes = gateway._import_security_schemes(api_id, document)  # noqa: SLF001  # as above
    for path, item in document["paths"].items():
        gateway._import_path_item(api_id, path, item, schemes, document.get("security"))  # noqa: SLF001  # as above
    api = gateway._rest_apis[api_id]  # noqa: SLF001  # as above
    if policy := document.get("x-amazon-apigateway-policy"):
        api["policy"] = json.dumps(policy)
    return gateway._v1_response(gateway._rest_api_view(api), 200)  # noqa: SLF001  # as above


def conditions_have_their_keys() -> None:
    """Give requests the ARN of the role as aws:PrincipalArn, and the endpoint that a private API names.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    resolve = iam_evaluator._resolve_condition_key  # noqa: SLF001  # as above

    def resolve_condition_key(key: str, context: Any) -> Any:  # noqa: ANN401  # as above
        if key.lower() == "aws:sourcevpce":
            api = gateway._rest_apis.get(context.resource_arn.split(":")[5].split("/")[0]) or {}  # noqa: SLF001  # as above
            return next(iter(api.get("endpointConfiguration", {}).get("vpcEndpointIds", [])), None)
        if key.lower() == "aws:principalarn" and (role := _ASSUMED.fullmatch(context.principal_arn)):
            return f"arn:aws:iam::{role[1]}:role/{role[2]}"
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_condition_key  # noqa: SLF001  # as above


def functions_are_called_by_the_apis_that_they_allow() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html."""
    call = gateway._call_lambda_raw  # noqa: SLF001  # as above

    async def call_lambda_raw(function: str, event: dict[str, Any], **where: str) -> Any:  # noqa: ANN401  # as above
        record, *_ = lambda_svc._get_func_record_for_ref_in_scope(function, **where)  # noqa: SLF001  # as above
        by = event["requestContext"]
        api = f"{by['apiId']}/{by['stage']}/{by['httpMethod']}{by['resourcePath']}"
        source = f"arn:aws:execute-api:{where['region']}:{where['account_id']}:{api}"
        allowed = [one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in record["policy"]["Statement"]]
        if not any(fnmatchcase(source, pattern) for pattern in allowed):
            return None, "Invalid permissions on Lambda function"
        return await call(function, event, **where)

    gateway._call_lambda_raw = call_lambda_raw  # noqa: SLF001  # as above


def tasks_have_credentials(account: str, *roles: str) -> None:
    """ECS gives a task the credentials of its role; `AccessKeyOf<number>` are those of a role here."""
    for number, role in enumerate(roles):
        session = {"Arn": f"arn:aws:sts::{account}:assumed-role/{role}/task", "UserId": f"{role}:task"}
        made_up = {"SecretAccessKey": "test", "SessionToken": "test"}  # nosec B105  # ministack's own
        sts.register_session(f"ASIA{number:016}", session | made_up)


if __name__ == "__main__":
    api_keys_without_a_value_get_one()
    documents_are_imported_into_an_api()
    conditions_have_their_keys()
    functions_are_called_by_the_apis_that_they_allow()
    tasks_have_credentials(os.environ["MINISTACK_ACCOUNT_ID"], *sys.argv[1:])
    sys.argv = ["ministack"]
    app.main()
