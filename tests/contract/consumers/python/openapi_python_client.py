"""The client of openapi-python-client without our templates: one query, a walk over all pages, and an error."""

import json
import os

from made import AuthenticatedClient
from made.api.records import query_user
from made.models import Problem, QueryUserRequest, RecordPage
from made.types import UNSET, Unset

USER = os.environ["USER_ID"]

client = AuthenticatedClient(
    base_url=os.environ["API_URL"], token=os.environ["API_KEY"], prefix="", auth_header_name="x-api-key"
)


def ask(cursor: str | Unset = UNSET) -> RecordPage:
    """Return a page."""
    page = query_user.sync(client=client, body=QueryUserRequest(user_id=USER, limit=5, cursor=cursor))
    assert isinstance(page, RecordPage)
    return page


page = ask()
first, pages, rows = page.items[0].created_at, 1, len(page.items)
while not isinstance(page.next_cursor, Unset):
    page = ask(page.next_cursor)
    pages, rows = pages + 1, rows + len(page.items)
answer = query_user.sync_detailed(client=client, body=QueryUserRequest(user_id=USER, cursor="A" * 120))
assert isinstance(answer.parsed, Problem)
refused = f"{answer.status_code.value} {answer.parsed.code}"
print(json.dumps({"first": first, "pages": pages, "rows": rows, "refused": refused}))
