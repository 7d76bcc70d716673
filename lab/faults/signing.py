"""Signs a request as the service does, or as nobody should: at another time, with another key, for another place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lab.faults.connection import Address
from tools.local.stack import REGION

_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Signs for AWS's `execute-api`, unless told otherwise."""

    credentials: Credentials
    region: str = REGION
    service: str = "execute-api"

    def headers(
        self, address: Address, path: str, body: bytes, *, method: str = "POST", at: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers that a signed request has; `at` is when it says that it was signed."""
        timestamp = (at or datetime.now(UTC)).strftime(_TIMESTAMP)
        host = f"{address.host}:{address.port}"
        url = f"http://{host}{address.prefix}{path}"
        asked = AWSRequest(method, url, data=body, headers={"Host": host, "X-Amz-Date": timestamp})
        if self.credentials.token:
            asked.headers["X-Amz-Security-Token"] = self.credentials.token
        asked.context["timestamp"] = timestamp
        signer = SigV4Auth(self.credentials, self.service, self.region)
        canonical = signer.canonical_request(asked)
        signature = signer.signature(signer.string_to_sign(asked, canonical), asked)
        signed = signer.signed_headers(signer.headers_to_sign(asked))
        authorization = f"AWS4-HMAC-SHA256 Credential={signer.scope(asked)}, SignedHeaders={signed}, "
        sent = {name: value for name, value in asked.headers.items() if name != "Host"}
        return {**sent, "Authorization": authorization + f"Signature={signature}"}
