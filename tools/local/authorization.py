"""The checks of a caller: signature, resource policy and API key."""

import hmac
from collections.abc import Iterable

from tools.local import signatures
from tools.local.credentials import ApiKey, Caller, Identity
from tools.local.gateway_responses import ACCESS_DENIED, INVALID_API_KEY, GatewayError
from tools.local.integrations import Proxy
from tools.local.policy import Access, Decision, Policy
from tools.local.request import GatewayRequest, Request
from tools.local.spec import Method


class Authorization:
    """The checks of one API. The policy comes after the signature, because its statements name the signer."""

    def __init__(
        self, policy: Policy | None, *, api_id: str, api_keys: Iterable[ApiKey], identities: Iterable[Identity]
    ) -> None:
        self._policy = policy
        self._api_id = api_id
        self._keys = list(api_keys)
        self._identities = {identity.access_key: identity for identity in identities}

    def check(self, received: GatewayRequest, method: Method) -> Caller:
        """Return the caller, as far as the method needs to know it; raise GatewayError if it is refused."""
        identity = None
        if isinstance(method.integration, Proxy):  # a mock has neither signature nor policy
            if method.signed:
                region = method.integration.region
                identity = signatures.verify(received.request, self._identities, region=region, now=received.received)
            self._check_policy(received, method.integration, identity)
        return Caller(identity=identity, api_key=self._api_key(received.request) if method.needs_api_key else None)

    def _check_policy(self, received: GatewayRequest, integration: Proxy, identity: Identity | None) -> None:
        if self._policy is None:
            return
        access = Access(
            resource=f"{received.stage}/{received.request.method}{received.path.rstrip('/') or '/'}",
            identity=identity,
            vpc_endpoint_id=received.vpc_endpoint_id,
        )
        decision = self._policy.decide(access)
        if decision is not Decision.ALLOW:
            raise GatewayError(ACCESS_DENIED, self._denial(access, integration, decision))

    def _denial(self, access: Access, integration: Proxy, decision: Decision) -> str:
        """Return AWS's message, which shows only the last four digits of the account."""
        user = access.identity.user_arn if access.identity else "anonymous"
        account = integration.account_id[-4:].rjust(12, "*")
        arn = f"arn:aws:execute-api:{integration.region}:{account}:{self._api_id}/{access.resource}"
        why = " with an explicit deny" if decision is Decision.EXPLICIT_DENY else ""
        return f"User: {user} is not authorized to perform: execute-api:Invoke on resource: {arn}{why}"

    def _api_key(self, request: Request) -> ApiKey:
        sent = (request.header("x-api-key") or "").encode()
        key = next((known for known in self._keys if hmac.compare_digest(known.value.encode(), sent)), None)
        if key is None or not key.enabled:
            raise GatewayError(INVALID_API_KEY)
        return key
