"""The settings of the function, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from common.environment import DEVELOPMENT, SettingsError, address, build_id

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_TABLE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)
_REGION: Final = re.compile(r"[a-z0-9-]{1,63}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The function's settings.

    `dynamodb_endpoint_url` is None for AWS. `region` is the region of the tables. `build_id` names this build.
    """

    notification_table: str = "notification-records"
    dynamodb_endpoint_url: str | None = None
    region: str = "ap-southeast-1"
    build_id: str = DEVELOPMENT

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raise SettingsError naming a bad variable."""
        table = environ.get("NOTIFICATION_TABLE") or cls.notification_table
        if not _TABLE_NAME.fullmatch(table):
            raise SettingsError(f"NOTIFICATION_TABLE must be the name of a DynamoDB table, not {table!r}")
        endpoint = None
        if environ.get("DYNAMODB_ENDPOINT_URL"):
            endpoint = address(environ, "DYNAMODB_ENDPOINT_URL", "a DynamoDB engine")
        # Lambda sets AWS_REGION; the service and the local stack use AWS_DEFAULT_REGION.
        variable = "AWS_REGION" if environ.get("AWS_REGION") else "AWS_DEFAULT_REGION"
        region = environ.get(variable) or cls.region
        if not _REGION.fullmatch(region):
            raise SettingsError(f"{variable} must be the name of a region, not {region!r}")
        return cls(
            notification_table=table,
            dynamodb_endpoint_url=endpoint,
            region=region,
            build_id=build_id(environ),
        )
