"""The stack on the emulator: applied once as the previous release, then updated to this tree."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from tests.infra.workspace import STATE_BUCKET, Ran, Workspace, image
from tools.contract.bundle import NAMES, import_copy

# The previous release has another image and one more operation, which the update has to remove.
BEFORE, NOW = "0.9.0", "1.0.0"
REMOVED = "/query/everything"


class StepError(AssertionError):
    """A step failed; the message is Terraform's output."""


@dataclass
class Stack:
    """The applied stack: the output of each step, Terraform's state, and clients of the emulator."""

    workspace: Workspace
    steps: dict[str, Ran] = field(default_factory=dict)
    _clients: dict[str, BaseClient] = field(default_factory=dict)

    def apply(self) -> None:
        """Apply the previous release, plan, update to this one, and plan again; raise StepError at a failure."""
        self.workspace.client("s3").create_bucket(
            Bucket=STATE_BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
        )
        contracts = {name: import_copy(name) for name in NAMES}
        older = json.loads(json.dumps(contracts["public"]))
        older["paths"][REMOVED] = {"post": {**older["paths"]["/query/user"]["post"], "operationId": "query_everything"}}
        self._step("init", "init")
        self._step("validate", "validate")
        self._write(contracts | {"public": older})
        self._step("apply", "apply", "-auto-approve", *variables(BEFORE), seconds=1_200)
        self._step("plan", "plan", "-detailed-exitcode", *variables(BEFORE), allowed=(0, 2))
        self._write(contracts)
        self._step("update", "apply", "-auto-approve", *variables(NOW), seconds=900)
        self._step("plan after update", "plan", "-detailed-exitcode", *variables(NOW), allowed=(0, 2))

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 has no type for a client whose service is a variable
        """Return a boto3 client of the emulator, cached because creating one is slow."""
        if service not in self._clients:
            self._clients[service] = self.workspace.client(service)
        return self._clients[service]

    @cached_property
    def shown(self) -> str:
        """Terraform's state as JSON, secrets included."""
        return self.workspace.run("show", "-json").output

    @cached_property
    def state(self) -> dict[str, dict[str, Any]]:
        """The values of every resource in the state, by address."""
        root = json.loads(self.shown)["values"]["root_module"]
        modules = [root, *root["child_modules"]]
        return {resource["address"]: resource["values"] for module in modules for resource in module["resources"]}

    def output(self, name: str) -> Any:  # noqa: ANN401  # any JSON
        """Return an output of the configuration."""
        return json.loads(self.shown)["values"]["outputs"][name]["value"]

    def _step(self, name: str, *arguments: str, allowed: tuple[int, ...] = (0,), seconds: float = 600) -> None:
        ran = self.steps[name] = self.workspace.run(*arguments, seconds=seconds)
        if ran.code not in allowed:
            raise StepError(f"{name} failed ({ran.code}):\n{ran.output[-4000:]}")

    def _write(self, contracts: dict[str, Any]) -> None:
        folder = self.workspace.dist / "openapi"
        folder.mkdir(parents=True, exist_ok=True)
        for name, document in contracts.items():
            Path(folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def variables(tag: str) -> list[str]:
    """Return the options of plan and apply: the guide's three variables, the file of the dev environment, the tools."""
    guide = {"cluster_name": "query-service-cluster", "service_name": "query-service", "image_uri": image(tag)}
    given = {**guide, "tools_image_uri": image("tools-1.0.0")}
    return ["-var-file=environments/dev.tfvars", *(f"-var={name}={value}" for name, value in given.items())]
