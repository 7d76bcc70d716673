"""An account as it is before the move: the old public API with its key, its function, and both tables with rows."""

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any, Final, Self

import httpx

from tools.local.sample import sample_commands, sample_rows
from tools.local.tables import COMMAND_RECORDS, NOTIFICATION_RECORDS, definitions, table, write
from tools.migration.aws import Aws

ACCOUNT: Final = "123456789012"  # moto's
REGION: Final = "ap-southeast-1"
STAGE: Final = "v1"
PIPELINE: Final = "of the old pipeline"  # description of the old deployment
ROWS: Final = 300
NAME: Final = "push-query"
OLD_HANDLER: Final = "http://query-service.eks.internal"
# Paths of the old API, all POST with a key.
PATHS: Final = ("/query/user", "/query/marketing", "/query/failures", "/failed")
NEW_INDEX: Final = "marketing_id-status-index"
_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


class OldAccount:
    """The account at the emulator `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = cache(Aws(REGION, url).client)
        self.api_id = ""
        self.key = ""

    @classmethod
    def empty(cls, url: str) -> Self:
        """Remove all that the emulator has, and give the account."""
        httpx.post(f"{url}/moto-api/reset", trust_env=False).raise_for_status()
        return cls(url)

    def build(self, *methods: str) -> None:
        """Create everything; `methods` are more methods of the API."""
        self.tables()
        self.function()
        self.api(dict.fromkeys(methods, True))

    def tables(self) -> None:
        """Create both tables, without the index that the move adds, with the sample rows and AWS's own key."""
        client = self.client("dynamodb")
        # Rows as writers must write them; the sample has others too.
        kept = (row for row in sample_rows() if {"transaction_id", "status"} <= row.keys())
        rows = {NOTIFICATION_RECORDS: kept, COMMAND_RECORDS: sample_commands()}
        for name, definition in definitions().items():
            client.create_table(TableName=name, **without_new_index(definition))
            write(table(self.url, name), islice(rows[name], ROWS))

    def function(self) -> None:
        """Create `query-lambda`, which calls the handler on EKS, with the log group that Lambda made."""
        role = self.client("iam").create_role(RoleName="old-lambda", AssumeRolePolicyDocument=json.dumps(_TRUST))
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as code:
            code.writestr("index.py", "def handler(event, context): return {}")
        self.client("lambda").create_function(
            FunctionName="query-lambda",
            Runtime="python3.11",
            Role=role["Role"]["Arn"],
            Handler="index.handler",
            Code={"ZipFile": package.getvalue()},
            Environment={"Variables": {"QUERY_SERVICE_URL": OLD_HANDLER}},
        )
        self.client("logs").create_log_group(logGroupName="/aws/lambda/query-lambda")

    def api(self, extra: Mapping[str, bool] | None = None) -> None:
        """Create the public API: its methods (`extra` ones with whether they need a key), stage, plan and key."""
        client = self.client("apigateway")
        self.api_id = client.create_rest_api(name=NAME, endpointConfiguration={"types": ["REGIONAL"]})["id"]
        for method, keyed in ({f"POST {path}": True for path in PATHS} | dict(extra or {})).items():
            self.method(method, keyed=keyed)
        self.deploy()
        stages = [{"apiId": self.api_id, "stage": STAGE}]
        plan = client.create_usage_plan(name="marketing", apiStages=stages)["id"]
        made = client.create_api_key(name="marketing", enabled=True)
        self.key = made["id"]
        client.create_usage_plan_key(usagePlanId=plan, keyId=self.key, keyType="API_KEY")

    def deploy(self) -> None:
        """Deploy the API's definition as the old pipeline does."""
        self.client("apigateway").create_deployment(restApiId=self.api_id, stageName=STAGE, description=PIPELINE)

    def method(self, name: str, *, keyed: bool = True, authorization: str = "NONE") -> None:
        """Add a method that calls `query-lambda`."""
        client = self.client("apigateway")
        verb, path = name.split()
        resource = self._resource(path)
        names = {"restApiId": self.api_id, "resourceId": resource, "httpMethod": verb}
        client.put_method(**names, authorizationType=authorization, apiKeyRequired=keyed)
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:query-lambda"
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
        client.put_integration(**names, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)

    def state(self) -> dict[str, Any]:
        """Return what the old path uses: function, log group, API with stage, plans and keys, and the tables."""
        gateway, dynamodb, logs = (self.client(name) for name in ("apigateway", "dynamodb", "logs"))
        stage = gateway.get_stage(restApiId=self.api_id, stageName=STAGE)
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/query-lambda")["logGroups"]
        return {
            "function": self.client("lambda").get_function(FunctionName="query-lambda")["Configuration"],
            "log group": next(one for one in groups if one["logGroupName"] == "/aws/lambda/query-lambda"),
            "stage": {name: value for name, value in stage.items() if name != "ResponseMetadata"},
            "methods": self.methods(),
            "plans": [one for one in gateway.get_usage_plans()["items"] if one["name"] == "marketing"],
            "keys": [one for one in gateway.get_api_keys(includeValues=True)["items"] if one["name"] == "marketing"],
            **{name: _table(dynamodb, name) for name in definitions()},
        }

    def methods(self) -> dict[str, str]:
        """Return the function that each method of the API's definition calls."""
        client = self.client("apigateway")
        resources = client.get_resources(restApiId=self.api_id, limit=500)["items"]
        found = {
            f"{verb} {one['path']}": client.get_integration(
                restApiId=self.api_id, resourceId=one["id"], httpMethod=verb
            ).get("uri", "")
            for one in resources
            for verb in one.get("resourceMethods", {})
        }
        return {name: uri.rpartition(":")[2].partition("/")[0] for name, uri in found.items()}

    def _resource(self, path: str) -> str:
        client = self.client("apigateway")
        known = {one["path"]: one["id"] for one in client.get_resources(restApiId=self.api_id, limit=500)["items"]}
        parent, name = path.rsplit("/", 1)
        if path in known:
            return str(known[path])
        above = self._resource(parent or "/") if parent else known["/"]
        return str(client.create_resource(restApiId=self.api_id, parentId=above, pathPart=name)["id"])


def without_new_index(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table's definition as it is before the move."""
    indexes = definition.get("GlobalSecondaryIndexes", [])
    kept = [index for index in indexes if index["IndexName"] != NEW_INDEX]
    return {**definition, **({"GlobalSecondaryIndexes": kept} if indexes else {})}


def _table(client: Any, name: str) -> dict[str, Any]:  # noqa: ANN401  # botocore has no types
    """Return a table with its rows' number, backups and tags."""
    table = client.describe_table(TableName=name)["Table"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    tags = client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    order = {"AttributeDefinitions": "AttributeName", "GlobalSecondaryIndexes": "IndexName"}  # sets, on AWS
    ordered = {part: sorted(table[part], key=lambda one: one[key]) for part, key in order.items() if part in table}
    return {**table, **ordered, "backups": backups, "tags": tags}
