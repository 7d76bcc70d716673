"""Imports a rendered contract into API Gateway, or updates the existing API, and deploys its stage."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.migration.aws import Aws, code
from tools.migration.importing.render import Rendered
from tools.migration.outcome import MisuseError

# Prefix of a deployment's description, which identifies its document, so that no document is deployed twice.
_MARK: Final = "contract sha256:"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Result of an import; `done` is created, updated or unchanged."""

    api_id: str | None
    done: str
    warnings: list[str]
    deployed: bool
    notes: list[str]


class Importer:
    """Imports one contract; `account_id` is the account of its function."""

    def __init__(self, aws: Aws, rendered: Rendered, *, stage: str, account_id: str) -> None:
        self._gateway = aws.client("apigateway")
        self._function = aws.client("lambda")
        self._rendered = rendered
        self._stage = stage
        self._source = f"arn:aws:execute-api:{aws.region}:{account_id}"

    def find(self) -> str | None:
        """Return the id of the API with the contract's title, or None.

        Raises MisuseError if there are several: then the caller has to choose.
        """
        pages = self._gateway.get_paginator("get_rest_apis").paginate()
        ids = [api["id"] for page in pages for api in page["items"] if api["name"] == self._rendered.title]
        if len(ids) > 1:
            raise MisuseError(f"{len(ids)} APIs are named {self._rendered.title!r} ({', '.join(ids)}): give --api-id")
        return ids[0] if ids else None

    def is_deployed(self, api_id: str) -> bool:
        """Return whether the stage was deployed from the same document."""
        try:
            stage = self._gateway.get_stage(restApiId=api_id, stageName=self._stage)
            deployment = self._gateway.get_deployment(restApiId=api_id, deploymentId=stage["deploymentId"])
        except ClientError as exc:
            if code(exc) != "NotFoundException":
                raise
            return False
        return bool(deployment.get("description") == self._description)

    def run(self, api_id: str | None, *, accept_warnings: bool) -> Imported:
        """Import the document, permit the API to call its function, and deploy the stage.

        With warnings that are not accepted, the stage does not change.
        """
        answer = self._import() if api_id is None else self._update(api_id)
        imported_id: str = answer["id"]
        warnings: list[str] = answer.get("warnings", [])
        deploys = accept_warnings or not warnings
        notes = list(self._allow(imported_id))
        if deploys:
            self._gateway.create_deployment(restApiId=imported_id, stageName=self._stage, description=self._description)
        done = "created" if api_id is None else "updated"
        return Imported(api_id=imported_id, done=done, warnings=warnings, deployed=deploys, notes=notes)

    @property
    def _description(self) -> str:
        return f"{_MARK}{self._rendered.digest}"

    def _import(self) -> Any:  # noqa: ANN401  # botocore's answer
        parameters = {"endpointConfigurationTypes": "PRIVATE" if self._rendered.vpc_endpoint_ids else "REGIONAL"}
        return self._gateway.import_rest_api(failOnWarnings=False, parameters=parameters, body=self._rendered.body)

    def _update(self, api_id: str) -> Any:  # noqa: ANN401  # botocore's answer
        return self._gateway.put_rest_api(
            restApiId=api_id, mode="overwrite", failOnWarnings=False, body=self._rendered.body
        )

    def _allow(self, api_id: str) -> Iterator[str]:
        """Permit the API to call its function; yield the steps that remain."""
        name = self._rendered.function_name
        statement = f"Allow-{self._stage}-{api_id}"
        if self._is_allowed(name, statement):
            return
        try:
            self._function.add_permission(
                FunctionName=name,
                StatementId=statement,
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"{self._source}:{api_id}/{self._stage}/*",
            )
        except ClientError as exc:
            if code(exc) != "ResourceNotFoundException":
                raise
            yield f"the function {name} does not exist yet: create it, and repeat this command with --force"

    def _is_allowed(self, name: str, statement: str) -> bool:
        try:
            policy = json.loads(self._function.get_policy(FunctionName=name)["Policy"])
        except ClientError as exc:
            if code(exc) != "ResourceNotFoundException":
                raise
            return False
        return any(known.get("Sid") == statement for known in policy["Statement"])
