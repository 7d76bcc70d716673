"""The events that API Gateway hands to the functions (proxy integration of a REST API, format 1.0)."""

import json
from typing import Any, Final

# By records a page: that of a user has 10, that of a campaign 100.
PAGES: Final = {"10": "/query/user", "100": "/query/marketing"}
BODIES: Final = {
    "/query/user": {"user_id": "test_user_001", "limit": 10},
    "/query/marketing": {"marketing_id": "campaign_2026_spring", "limit": 100},
    "/query/fail": {"transaction_id": "tx_001", "limit": 10},
}


def event(path: str) -> dict[str, Any]:
    """Return the event of a POST to `path`, one of the contracts' queries."""
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Host": "example.execute-api.ap-southeast-1.amazonaws.com",
        "User-Agent": "bench",
        "X-Amzn-Trace-Id": "Root=1-65d4b8a7-0123456789abcdef01234567",
        "X-Forwarded-For": "192.0.2.10",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "httpMethod": "POST",
            "identity": {"sourceIp": "192.0.2.10", "userAgent": "bench"},
            "path": f"/v1{path}",
            "protocol": "HTTP/1.1",
            "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "requestTimeEpoch": 1794924623819,
            "resourceId": "abc123",
            "resourcePath": path,
            "stage": "v1",
        },
        "body": json.dumps(BODIES[path]),
        "isBase64Encoded": False,
    }


def body(path: str) -> bytes:
    """Return the body of a query for a full page."""
    return json.dumps(BODIES[path]).encode()
