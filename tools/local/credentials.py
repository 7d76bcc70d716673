"""The API keys and the signing identities that a local gateway accepts, and the caller of an admitted request."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key of the stage's usage plan; a disabled key is refused like an unknown one."""

    key_id: str
    value: str = field(repr=False)
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A session of an IAM role, and its credentials."""

    access_key: str
    secret_key: str = field(repr=False)
    role_arn: str
    session_token: str | None = field(default=None, repr=False)
    session_name: str = "local"
    role_id: str = "local-role-id"

    @property
    def account_id(self) -> str:
        """The account of the role."""
        return self.role_arn.split(":")[4]

    @property
    def user_arn(self) -> str:
        """The ARN of the session, which has the name of the role but not its path."""
        role = self.role_arn.rpartition("/")[2]
        return f"arn:aws:sts::{self.account_id}:assumed-role/{role}/{self.session_name}"

    @property
    def user_id(self) -> str:
        """The unique id of the session, which events carry as `caller` and `user`."""
        return f"{self.role_id}:{self.session_name}"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The caller of an admitted request: anonymous, the holder of an API key, or a signing identity."""

    api_key: ApiKey | None = None
    identity: Identity | None = None
