"""The requests of the table with the policies of the applied stack that decide on them."""

import json
from typing import Any

from tests.infra.policy_rows import OLD_HANDLER, TABLES, Row
from tests.infra.stack import Stack
from tests.infra.workspace import ACCOUNT, REGION

STREAM = ":log-stream:ecs/ecs-handler/1"
ROLES = {
    "query-lambda": "module.query_lambda.aws_iam_role",
    "query-result-lambda": "module.query_result_lambda.aws_iam_role",
    "query-service-execution": "module.service.aws_iam_role.execution",
    "query-service-flow-logs": "module.network.aws_iam_role.flow",
    "query-service-task": "module.service.aws_iam_role.task",
    "query-service-tools": "module.tools[0].aws_iam_role",
}
ALL_OF_DYNAMODB = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
}


class Policies:
    """The policies and ARNs of the state, by the names of the rows."""

    def __init__(self, stack: Stack) -> None:
        self._state = stack.state
        self.apis = {
            name: self._state[f"module.{name}_api.aws_api_gateway_rest_api.this"] for name in ("public", "internal")
        }
        self._key = self._state["module.encryption.aws_kms_key.this"]

    def request(self, row: Row) -> dict[str, Any]:
        """Return a row as the simulator reads it."""
        service = row.principal == "anonymous" or row.principal.endswith(".amazonaws.com")
        principal = row.principal if service or row.principal == OLD_HANDLER else self._role(row.principal)["arn"]
        own = {} if service else {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalArn": principal}
        return {
            "principal": principal,
            "action": row.action,
            "resource": self.arn(row.resource),
            "account": ACCOUNT,
            "context": own | {name: self._value(value) for name, value in row.context.items()},
            "identity": [] if service else self._identity(row.principal),
            "resource_policy": self._resource_policy(row),
            "endpoint_policy": self._endpoint(row.through) if row.through else None,
        }

    def arn(self, name: str) -> str:
        """Return the ARN of a resource."""
        logs, state = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:", self._state
        if name.startswith(("public ", "internal ")):
            api, method, path = name.split()
            return f"{self.apis[api]['execution_arn']}/v1/{method}{path}"
        if name.partition("/")[0] in TABLES:
            return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        return {
            "key": self._key["arn"],
            "repository": state["module.registry.aws_ecr_repository.this"]["arn"],
            "another repository": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/another",
            "cursor keys": state["module.service.aws_secretsmanager_secret.cursor_keys"]["arn"],
            "another secret": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:another-a1b2c3",
            "log of the service": f"{logs}/ecs/query-service{STREAM}",
            "log of query-lambda": f"{logs}/aws/lambda/query-lambda{STREAM}",
            "log of query-result-lambda": f"{logs}/aws/lambda/query-result-lambda{STREAM}",
            "log of the VPC": f"{logs}/vpc/query-service/flow{STREAM}",
            "interface": f"arn:aws:ec2:{REGION}:{ACCOUNT}:network-interface/*",
            "query-lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:query-lambda",
            "query-result-lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:query-result-lambda",
            "topic": state["module.alarms.aws_sns_topic.this"]["arn"],
            "*": "*",
        }[name]

    def _role(self, name: str) -> dict[str, Any]:
        address = ROLES[name]
        return self._state[address if address in self._state else f"{address}.this"]

    def _identity(self, principal: str) -> list[Any]:
        if principal == OLD_HANDLER:
            return [ALL_OF_DYNAMODB]
        policies = [values for address, values in self._state.items() if ".aws_iam_role_policy." in address]
        return [json.loads(each["policy"]) for each in policies if each["role"] == self._role(principal)["name"]]

    def _endpoint(self, name: str) -> Any:  # noqa: ANN401  # any JSON
        address = f'module.network.aws_vpc_endpoint_policy.interface["{name}"]'
        return json.loads(self._state.get(address, self._state["module.network.aws_vpc_endpoint.dynamodb"])["policy"])

    def _value(self, value: str) -> str:
        if value == "own":
            return str(self._state['module.network.aws_vpc_endpoint.interface["execute-api"]']["id"])
        return self.arn(value) if value.startswith(("public ", "internal ")) else value

    def _resource_policy(self, row: Row) -> Any:  # noqa: ANN401  # any JSON
        """Return the policy of the resource itself, if it has one."""
        service = row.action.partition(":")[0]
        if service == "kms":
            return json.loads(self._key["policy"])
        if service == "sns":
            return json.loads(self._state["module.alarms.aws_sns_topic_policy.this"]["policy"])
        if service == "execute-api":
            api = self.apis["internal"]
            policy = json.loads(api["body"])["x-amazon-apigateway-policy"]
            text = json.dumps(policy).replace('"execute-api:/', f'"{api["execution_arn"]}/')
            return json.loads(text)
        if service == "lambda":
            permissions = [
                values
                for address, values in self._state.items()
                if ".aws_lambda_permission." in address and values["function_name"] == row.resource
            ]
            return {"Version": "2012-10-17", "Statement": [self._permission(each) for each in permissions]}
        return None

    def _permission(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "Effect": "Allow",
            "Principal": {"Service": values["principal"]},
            "Action": values["action"],
            "Resource": self.arn(values["function_name"]),
            "Condition": {"ArnLike": {"aws:SourceArn": values["source_arn"]}},
        }
