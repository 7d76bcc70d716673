"""A mistake in a step of the move ends in a message that says what to do, and nothing is lost.

| step | mistake | tested in |
|---|---|---|
| 2 | another API, stage or kind of API; a name after --accept that does not exist | test_takeover.py |
| 2, 5 to 8 | another region, or no AWS credentials | here |
| 2, 8, 10 | a shell variable that is not set | here |
| 4 | no image, no certificate, another repository's image | tests/infra/test_variables.py |
| 4 | an apply that ends half way | tests/infra/test_rehearsal.py |
| 4, 10 | a second operator: the lock of the state | tests/infra/test_lifecycle.py |
| 5, 7 | a key that is refused | test_commands.py, test_parity_command.py |
| 6 | no rules, another table, a second run at the same time | test_commands.py, test_backfill_interrupted.py |
| 8 | no answer, no canary, a second canary, a start that ended half way, a second operator | test_canary.py |
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.migration.account import OldAccount
from tests.migration.conftest import ROOT, Run
from tools.migration.aws import explained

ELSEWHERE = "eu-west-1"


@pytest.fixture(scope="module")
def account(server: str) -> OldAccount:
    """Give the account before the move."""
    made = OldAccount.empty(server)
    made.build()
    return made


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("takeover --api-id {api} --into .", 1, "does not exist in eu-west-1\n         check --api-id, --region and"),
        ("verify --from outside", 1, "query-service-cluster does not exist in eu-west-1\n    run: aws ecs describe-"),
        ("backfill-ap-id command-records --mapping ap-ids.json", 2, "in eu-west-1: check --region and the profile"),
        (
            "parity --old http://127.0.0.1:9 --new http://127.0.0.1:9 --table notification-records",
            3,
            "; check --region and the profile",
        ),
        ("canary start --api-id {api} --percent 5 --yes", 2, "in eu-west-1: check --api-id, --stage, --region and"),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) and "--" in value else "",
)
def test_another_region_is_said(run: Run, account: OldAccount, command: str, code: int, said: str) -> None:
    """The message names the region, and the account is as it was."""
    Path("main.tf").touch()
    before = account.state()
    words = command.format(api=account.api_id).split()
    ended = run(*words, "--region", ELSEWHERE, "--endpoint-url", account.url)
    assert code == ended.code, ended
    assert said in ended.out + ended.err
    assert before == account.state()


@pytest.mark.parametrize(
    "command",
    [
        "takeover --api-id $API_ID --accept subject",
        "canary start --api-id $API_ID --percent 5 --yes",
        "canary promote --api-id $API_ID --yes",
        "canary drop --api-id a1b2c3d4e5 --deployment-id $OLD_DEPLOYMENT --yes",
    ],
)
def test_a_variable_that_is_not_set_is_named(run: Run, command: str) -> None:
    """The shell leaves it out, and the next option takes its place."""
    ended = run(*(word for word in command.split() if not word.startswith("$")))
    assert 2 == ended.code
    assert "is not an id: set the shell variable" in re.sub(r"[\s│]+", " ", ended.err)


def test_without_credentials_the_profile_is_named(tmp_path: Path) -> None:
    """One line, and no traceback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(
        [sys.executable, "-m", "tools.migration", "canary", "status", "--api-id", "a1b2c3d4e5"],
        cwd=ROOT,
        env={**kept, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = "migration: Unable to locate credentials; check the profile: aws sts get-caller-identity\n"
    assert (3, said) == (ended.returncode, ended.stderr)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ExpiredTokenException", "; check the profile: aws sts get-caller-identity"),
        ("ResourceNotFoundException", "; check --region and the profile"),
        ("ThrottlingException", ""),
    ],
)
def test_an_error_of_aws_has_advice_where_its_message_has_none(code: str, advice: str) -> None:
    """An operator can correct the credentials and the region."""
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "Scan")
    assert f"An error occurred ({code}) when calling the Scan operation: no{advice}" == explained(error)
