"""Runs Terraform in a copy of infra/ against an emulator of AWS."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.client import BaseClient

from tests.infra import provider

ROOT = Path(__file__).resolve().parents[2]
REGION = "ap-southeast-1"
ACCOUNT = "123456789012"
# Made up: the emulator accepts any.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
STATE_BUCKET = "example-push-records-terraform-state-dev"


@dataclass(frozen=True)
class Ran:
    """Exit code and output (both streams) of a command."""

    code: int
    output: str


class Workspace:
    """A copy of infra/ with dist/ beside it."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.dist = folder / "dist"
        self.terraform = folder / "infra" / "terraform"
        self._endpoint = endpoint
        shutil.copytree(ROOT / "infra", folder / "infra", ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))

    def run(self, *arguments: str, seconds: float = 600) -> Ran:
        """Run `terraform` in the stack's folder; terminate it after `seconds`."""
        return self.shell(["terraform", *arguments], seconds=seconds)

    def shell(self, command: list[str], *, seconds: float = 600) -> Ran:
        """Run a command in the stack's folder with the emulator as AWS."""
        process = subprocess.Popen(  # noqa: S603  # commands of our tests
            command,
            cwd=self.terraform,
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            output = process.communicate()[0] + f"\n(ended after {seconds:.0f} s: see the emulator's log for a 5xx)"
        return Ran(process.returncode, output)

    def environ(self) -> dict[str, str]:
        """Return the environment of a command. All differences from a real deployment are here, none in infra/."""
        found = provider.settings(os.environ)
        backend = "-backend-config=environments/dev.s3.tfbackend -backend-config=use_path_style=true"
        own = {
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "true",
            "NO_COLOR": "1",
            "TF_CLI_ARGS": "-no-color",
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
        }
        options = " ".join([found.pop("TF_CLI_ARGS_init", ""), "-lockfile=readonly", backend]).strip()
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {**inherited, **CREDENTIALS, **own, **found, "TF_CLI_ARGS_init": options}

    def client(self, service: str) -> BaseClient:
        """Return a boto3 client of the emulator."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self._endpoint,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )


def image(tag: str) -> str:
    """Return the address of an image of the service."""
    return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/query-service:{tag}"
