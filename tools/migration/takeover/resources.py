"""Finds the parts of the stack that the account has already: tables, functions, repository, cluster, role for logs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tools.migration import aws
from tools.migration.takeover.finding import DAYS, Finding, Kind, Takeover

_TABLES: Final = Path(__file__).resolve().parents[3] / "infra" / "tables.json"
_FUNCTIONS: Final = ("query-lambda", "query-result-lambda")
_REPOSITORY: Final = "query-service"
_CLUSTER: Final = "query-service-cluster"
_LOGS_ROLE: Final = "query-service-gateway-logs"
_BUSY: Final = 0.8  # share of the write capacity that leaves no room to fill an index


@dataclass
class Account:
    """The account and region of the move."""

    where: aws.Aws
    suffix: str

    def find(self, takeover: Takeover) -> Iterator[Finding]:
        """Yield the findings, and fill in what Terraform takes over."""
        takeover.variables["existing_tables"] = {}
        for name, definition in json.loads(_TABLES.read_text(encoding="utf-8")).items():
            yield from self._table(name, definition, takeover)
        yield from self._functions(takeover)
        yield from self._containers(takeover)
        role = self.where.client("apigateway").get_account().get("cloudwatchRoleArn")
        takeover.variables["gateway_logging"] = not role or role.endswith(f"/{_LOGS_ROLE}")
        if not takeover.variables["gateway_logging"]:
            yield Finding(Kind.NOTE, "role for the logs of API Gateway", f"{role} stays")

    def _table(self, name: str, definition: Mapping[str, Any], takeover: Takeover) -> Iterator[Finding]:
        client = self.where.client("dynamodb")
        subject = f"table {name}"
        try:
            table = client.describe_table(TableName=name)["Table"]
        except client.exceptions.ResourceNotFoundException:
            yield Finding(
                Kind.STOP, subject, f"does not exist in {self.where.region}", "check --region and the profile"
            )
            return
        types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
        wanted = {one["AttributeName"]: one["AttributeType"] for one in definition["AttributeDefinitions"]}
        if table["KeySchema"] != definition["KeySchema"] or any(
            types.get(one, kind) != kind for one, kind in wanted.items()
        ):
            yield Finding(Kind.STOP, subject, "has other keys than infra/tables.json", "the service cannot read it")
            return
        indexes = {one["IndexName"]: one for one in table.get("GlobalSecondaryIndexes", [])}
        known = {one["IndexName"]: one for one in definition.get("GlobalSecondaryIndexes", [])}
        for index in sorted(indexes.keys() - known.keys()):
            yield Finding(
                Kind.STOP,
                subject,
                f"has the index {index}, which Terraform would remove",
                f"add {index} to infra/tables.json",
            )
        for index in sorted(indexes.keys() & known.keys()):
            same = all(indexes[index][part] == known[index][part] for part in ("KeySchema", "Projection"))
            if not same:
                yield Finding(Kind.STOP, subject, f"has another index {index} than infra/tables.json", "")
        takeover.imports[f'module.tables.aws_dynamodb_table.existing["{name}"]'] = name
        takeover.variables["existing_tables"][name] = _billing(table, known)
        for index in sorted(known.keys() - indexes.keys()):
            drop = f'[{{"Delete":{{"IndexName":"{index}"}}}}]'
            advice = (
                f"to go back: aws dynamodb update-table --table-name {name} --global-secondary-index-updates '{drop}'"
            )
            yield Finding(Kind.NOTE, subject, f"gets the index {index}: one write unit more for each row", advice)
            yield from self._room(name, table)
        yield Finding(Kind.NOTE, subject, "is taken over; its encryption, capacity, backups, stream and tags stay")

    def _room(self, name: str, table: Mapping[str, Any]) -> Iterator[Finding]:
        """Compare the busiest hour's writes with a provisioned table's capacity."""
        capacity = table.get("ProvisionedThroughput", {}).get("WriteCapacityUnits", 0)
        if _mode(table) != "PROVISIONED":
            return
        now = datetime.now(UTC)
        points = self.where.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/DynamoDB",
            MetricName="ConsumedWriteCapacityUnits",
            Dimensions=[{"Name": "TableName", "Value": name}],
            StartTime=now - timedelta(days=DAYS),
            EndTime=now,
            Period=3_600,
            Statistics=["Sum"],
        )["Datapoints"]
        busiest = max((point["Sum"] / 3_600 for point in points), default=0)
        seen = f"is provisioned: {capacity} write units a second, {busiest:g} used in the busiest hour"
        enough = points and busiest < _BUSY * capacity
        advice = "raise its write capacity before the index is added, or make it on demand"
        yield Finding(Kind.NOTE if enough else Kind.DECIDE, f"capacity of {name}", seen, "" if enough else advice)

    def _functions(self, takeover: Takeover) -> Iterator[Finding]:
        client, logs = self.where.client("lambda"), self.where.client("logs")
        there = {one["FunctionName"]: one["FunctionArn"] for one in aws.items(client, "list_functions", "Functions")}
        groups = {one["logGroupName"] for one in aws.items(logs, "describe_log_groups", "logGroups")}
        taken = [name for name in _FUNCTIONS if name in there or f"/aws/lambda/{name}" in groups]
        takeover.variables["name_suffix"] = self.suffix if taken else ""
        for name in taken:
            yield Finding(
                Kind.NOTE, f"function {name}", f"or its log group exists and stays; the new one is {name}{self.suffix}"
            )
            arn = there.get(f"{name}{self.suffix}")
            if arn and client.list_tags(Resource=arn)["Tags"].get("ManagedBy") != "terraform":
                yield Finding(
                    Kind.STOP, f"function {name}{self.suffix}", "exists and is not Terraform's", "give --suffix"
                )

    def _containers(self, takeover: Takeover) -> Iterator[Finding]:
        ecr, ecs = self.where.client("ecr"), self.where.client("ecs")
        try:
            ecr.describe_repositories(repositoryNames=[_REPOSITORY])
            takeover.imports["module.registry.aws_ecr_repository.this"] = _REPOSITORY
            yield Finding(Kind.NOTE, f"repository {_REPOSITORY}", "is taken over, with its images and encryption")
        except ecr.exceptions.RepositoryNotFoundException:
            pass  # Terraform creates it
        clusters = ecs.describe_clusters(clusters=[_CLUSTER])["clusters"]
        if any(one["status"] == "ACTIVE" for one in clusters):
            takeover.imports["module.service.aws_ecs_cluster.this"] = _CLUSTER
            yield Finding(Kind.NOTE, f"cluster {_CLUSTER}", "is taken over")


def _mode(table: Mapping[str, Any]) -> str:
    """Return the billing mode of a table; DynamoDB leaves it out for one that was always provisioned."""
    return str(table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"))


def _billing(table: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the billing mode, and for PROVISIONED each index's capacity; a new index gets the table's."""
    if _mode(table) != "PROVISIONED":
        return {"billing_mode": "PAY_PER_REQUEST"}
    there = {one["IndexName"]: one["ProvisionedThroughput"] for one in table.get("GlobalSecondaryIndexes", [])}
    found = {name: there.get(name, table["ProvisionedThroughput"]) for name in known}
    indexes = {
        name: {"read": one["ReadCapacityUnits"], "write": one["WriteCapacityUnits"]} for name, one in found.items()
    }
    return {"billing_mode": "PROVISIONED", "indexes": indexes}
