"""Who may do what: requests to AWS, and whether the policies of the applied stack allow them."""

import json
from dataclasses import dataclass, field

from tests.infra.workspace import ACCOUNT, REGION, ROOT
from tools.contract.bundle import import_copy

TABLE, COMMANDS = "notification-records", "command-records"
TABLES = json.loads((ROOT / "infra" / "tables.json").read_text(encoding="utf-8"))
INDEXES = [index["IndexName"] for index in TABLES[TABLE]["GlobalSecondaryIndexes"]]
FOREIGN = "999999999999"
# A role that a team gave all of DynamoDB and nothing of KMS: a writer, or the handler before the move.
OLD_HANDLER = f"arn:aws:iam::{ACCOUNT}:role/old-handler"
THROUGH_DYNAMODB = {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com", "kms:CallerAccount": ACCOUNT}
QUERIES = [path for path, item in import_copy("internal")["paths"].items() if "post" in item]


@dataclass(frozen=True)
class Row:
    """A request, by role name, service or `anonymous`; `through` is the VPC endpoint that it passes.

    `resource` is a name that the test turns into an ARN. `code` if the code of a hop makes the call itself.
    """

    principal: str
    action: str
    resource: str
    allowed: bool
    context: dict[str, str] = field(default_factory=dict)
    through: str | None = None
    code: bool = False

    def __str__(self) -> str:
        verb = "may" if self.allowed else "may not"
        return f"{self.principal} {verb} {self.action} {self.resource} {self.context or ''}"


def _start_of_a_task() -> list[Row]:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"""  # noqa: D400  # an address
    role = "query-service-execution"
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    write = ("logs:CreateLogStream", "logs:PutLogEvents")
    return [
        Row(role, "ecr:GetAuthorizationToken", "*", True, through="ecr.api"),
        *(
            Row(role, action, "repository", True, through=endpoint)
            for action in pull
            for endpoint in ("ecr.api", "ecr.dkr")
        ),
        *(Row(role, action, "another repository", False, through="ecr.api") for action in pull),
        Row(role, "secretsmanager:GetSecretValue", "cursor keys", True, through="secretsmanager"),
        Row(role, "secretsmanager:GetSecretValue", "another secret", False, through="secretsmanager"),
        Row(role, "secretsmanager:PutSecretValue", "cursor keys", False, through="secretsmanager"),
        Row(role, "kms:Decrypt", "key", True),
        *(Row(role, action, "log of the service", True, through="logs") for action in write),
        *(Row(role, action, "log of query-lambda", False, through="logs") for action in write),
        Row(role, "logs:CreateLogGroup", "log of the service", False, through="logs"),
        Row(role, "execute-api:Invoke", "internal POST /query/user", False, {"aws:SourceVpce": "own"}, "execute-api"),
    ]


def _service() -> list[Row]:
    role, own, queries = "query-service-task", {"aws:SourceVpce": "own"}, [f"internal POST {path}" for path in QUERIES]
    invoke = "execute-api:Invoke"
    return [
        *(Row(role, invoke, query, True, own, "execute-api", code=True) for query in queries),
        *(Row(role, invoke, query, False, {"aws:SourceVpce": "vpce-0another"}) for query in queries),
        *(Row(role, invoke, query, False) for query in queries),
        *(Row(each, invoke, queries[0], False, own, "execute-api") for each in ("query-lambda", "query-service-tools")),
        *(Row("anonymous", invoke, query, False, own, "execute-api") for query in queries),
        Row("anonymous", invoke, "internal GET /health", True, own, "execute-api", code=True),
        Row("anonymous", invoke, "internal GET /health", False),
        Row(role, "dynamodb:Query", TABLE, False, through="dynamodb"),
        Row(role, "lambda:InvokeFunction", "query-result-lambda", False),
        Row(role, "secretsmanager:GetSecretValue", "cursor keys", False, through="secretsmanager"),
    ]


def _functions() -> list[Row]:
    rows = []
    for role in ("query-lambda", "query-result-lambda"):
        inside = {"lambda:SourceFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{role}"}
        rows += [Row(role, action, f"log of {role}", True) for action in ("logs:CreateLogStream", "logs:PutLogEvents")]
        rows += [Row(role, "logs:PutLogEvents", "log of the service", False)]
        rows += [Row(role, action, "*", True) for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords")]
        rows += [Row(role, "kms:Decrypt", "key", True)]
        # Lambda attaches the function to the VPC; its code may not.
        rows += [Row(role, "ec2:CreateNetworkInterface", "interface", True)]
        rows += [Row(role, "ec2:CreateNetworkInterface", "interface", False, inside)]
    reader = "query-result-lambda"
    read = [TABLE, *(f"{TABLE}/index/{name}" for name in INDEXES)]
    return [
        *rows,
        *(Row(reader, "dynamodb:Query", each, True, through="dynamodb", code=True) for each in read),
        *(Row("query-lambda", "dynamodb:Query", each, False, through="dynamodb") for each in read),
        *(
            Row(reader, f"dynamodb:{name}", TABLE, False, through="dynamodb")
            for name in ("Scan", "PutItem", "UpdateItem")
        ),
        Row(reader, "dynamodb:Query", COMMANDS, False, through="dynamodb"),
        Row(reader, "kms:Decrypt", "key", True, THROUGH_DYNAMODB),
    ]


def _tools() -> list[Row]:
    role, look = "query-service-tools", ("dynamodb:DescribeTable", "dynamodb:Scan")
    return [
        *(Row(role, action, name, True, through="dynamodb", code=True) for action in look for name in TABLES),
        *(
            Row(role, f"dynamodb:{name}", TABLE, False, through="dynamodb")
            for name in ("Query", "UpdateItem", "DeleteItem")
        ),
        *(Row(OLD_HANDLER, action, TABLE, False, through="dynamodb") for action in look),
        Row(role, "kms:Decrypt", "key", True, THROUGH_DYNAMODB),
        Row(role, "kms:Decrypt", "key", False),
    ]


def _tables() -> list[Row]:
    """Return rows on the key of the tables: who may use a table may use its key, through DynamoDB alone."""
    elsewhere = {**THROUGH_DYNAMODB, "kms:CallerAccount": FOREIGN}
    return [
        *(
            Row(OLD_HANDLER, action, "key", True, THROUGH_DYNAMODB)
            for action in ("kms:Decrypt", "kms:CreateGrant", "kms:DescribeKey")
        ),
        Row(OLD_HANDLER, "kms:Decrypt", "key", False),
        Row(OLD_HANDLER, "kms:Decrypt", "key", False, elsewhere),
        Row(
            OLD_HANDLER,
            "kms:Decrypt",
            "key",
            False,
            {**THROUGH_DYNAMODB, "kms:ViaService": f"s3.{REGION}.amazonaws.com"},
        ),
        Row(OLD_HANDLER, "kms:ScheduleKeyDeletion", "key", False, THROUGH_DYNAMODB),
    ]


def _services_of_aws() -> list[Row]:
    flow, gateway, alarms = "query-service-flow-logs", "apigateway.amazonaws.com", "cloudwatch.amazonaws.com"
    own, foreign = {"aws:SourceAccount": ACCOUNT}, {"aws:SourceAccount": FOREIGN}
    invoke = "lambda:InvokeFunction"
    return [
        *(
            Row(flow, f"logs:{name}", "log of the VPC", True)
            for name in ("CreateLogStream", "PutLogEvents", "DescribeLogStreams")
        ),
        Row(flow, "logs:DescribeLogGroups", "*", True),
        Row(flow, "logs:PutLogEvents", "log of the service", False),
        Row(gateway, invoke, "query-lambda", True, {"aws:SourceArn": "public POST /query/user"}),
        Row(gateway, invoke, "query-result-lambda", True, {"aws:SourceArn": "internal POST /query/user"}),
        Row(gateway, invoke, "query-lambda", False, {"aws:SourceArn": "internal POST /query/user"}),
        Row(gateway, invoke, "query-result-lambda", False, {"aws:SourceArn": "public POST /query/user"}),
        Row(alarms, "sns:Publish", "topic", True, own),
        Row(alarms, "sns:Publish", "topic", False, foreign),
        *(Row(alarms, action, "key", True, own) for action in ("kms:Decrypt", "kms:GenerateDataKey")),
        Row(alarms, "kms:Decrypt", "key", False, foreign),
    ]


ROWS = [*_start_of_a_task(), *_service(), *_functions(), *_tools(), *_tables(), *_services_of_aws()]
