"""The client of openapi-generator: one query, a walk over all pages, and an error."""

import json
import os

from openapi_client import ApiClient, ApiException, Configuration, QueryUserRequest
from openapi_client.api.records_api import RecordsApi
from openapi_client.models.problem import Problem

USER = os.environ["USER_ID"]

api = RecordsApi(ApiClient(Configuration(host=os.environ["API_URL"], api_key={"api_key": os.environ["API_KEY"]})))
page = api.query_user(QueryUserRequest(user_id=USER, limit=5))
first, pages, rows = page.items[0].created_at, 1, len(page.items)
while page.next_cursor is not None:
    page = api.query_user(QueryUserRequest(user_id=USER, limit=5, cursor=page.next_cursor))
    pages, rows = pages + 1, rows + len(page.items)
try:
    api.query_user(QueryUserRequest(user_id=USER, cursor="A" * 120))
    refused = "200"
except ApiException as error:
    problem: Problem | None = error.data
    refused = f"{error.status} {problem and problem.code}"
print(json.dumps({"first": first, "pages": pages, "rows": rows, "refused": refused}))
