"""Edits of the contracts that no consumer notices, each with a name."""

from typing import Final

from tests.contract.edits import (
    ANSWER,
    ASKED,
    DROP,
    FIELDS,
    HEALTH,
    JSON,
    QUERY,
    RECORD,
    SCHEMAS,
    TRACE,
    USER,
    USERS,
    Edit,
)

HARMLESS: Final = (
    Edit(
        "new path",
        "public",
        {"/paths/~1query~1all": {"get": {"operationId": "query_all", "responses": {}}}},
        "GET /query/all (query_all)",
        "",
    ),
    Edit(
        "new method",
        "public",
        {"/paths/~1health/delete": {"operationId": "ask", "responses": {}}},
        "DELETE /health (ask)",
        "",
    ),
    Edit("deprecation announced", "public", {USER + "/deprecated": True}, USERS, ""),
    Edit("credentials no longer needed", "public", {USER + "/security": []}, USERS, "security"),
    Edit("other credentials too", "public", {USER + "/security": [{"api_key": []}, {"token": []}]}, USERS, "security"),
    Edit(
        "another server",
        "public",
        {"/servers": [{"url": "https://{host}/{basePath}"}, {"url": "/"}]},
        "the API",
        "servers",
    ),
    Edit(
        "new optional header",
        "internal",
        {HEALTH + "/parameters": [TRACE, {"$ref": "#/components/parameters/XRequestId"}]},
        ASKED,
        "X-Trace (header)",
    ),
    Edit("new optional request field", "public", {FIELDS + "/planted": {"type": "string"}}, USERS, "planted"),
    Edit("field no longer required", "public", {QUERY + "/required": []}, USERS, "user_id"),
    Edit("maximum raised", "public", {FIELDS + "/limit/maximum": 500}, USERS, "limit"),
    Edit("text may be longer", "internal", {SCHEMAS + "/KeyText/maxLength": 4096}, USERS, "position.user_id"),
    Edit("pattern dropped", "public", {SCHEMAS + "/UserId/pattern": DROP}, USERS, "user_id"),
    Edit("null accepted", "public", {SCHEMAS + "/UserId/nullable": True}, USERS, "user_id"),
    Edit(
        "new answer field",
        "public",
        {RECORD + "/properties/planted": {"type": "string"}},
        USERS,
        "items[].planted",
    ),
    Edit(
        "answer field always there",
        "public",
        {RECORD + "/required": ["transaction_id", "user_id", "created_at", "status", "platform"]},
        USERS,
        "items[].platform",
    ),
    Edit(
        "known value added",
        "public",
        {SCHEMAS + "/Status/x-extensible-enum": ["SENT", "DELIVERED", "FAILED", "OPENED"]},
        USERS,
        "items[].status",
    ),
    Edit(
        "maximum in an answer lowered", "public", {SCHEMAS + "/RecordPage/properties/count/maximum": 50}, USERS, "count"
    ),
    Edit(
        "new error status",
        "public",
        {USER + "/responses/409": {"$ref": "#/components/responses/BadRequest"}},
        USERS,
        "409",
    ),
    Edit(
        "new header of an answer",
        "public",
        {ANSWER + "/headers/ETag": {"schema": {"type": "string"}}},
        USERS,
        "header ETag",
    ),
    Edit("description", "public", {FIELDS + "/limit/description": "The most rows."}, USERS, "limit"),
    Edit("summary", "public", {USER + "/summary": "A user's rows"}, USERS, ""),
    Edit(
        "new example",
        "public",
        {USER + "/requestBody" + JSON + "/examples/all": {"value": {"user_id": "u"}}},
        USERS,
        "",
    ),
)
