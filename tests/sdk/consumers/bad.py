"""A consumer's mistakes; each line that is marked is one that a checker finds."""

from query_service_client import QueryServiceClient, RetryPolicy

client = QueryServiceClient("http://service.test", api_key="key")
client.query_user()  # wrong
client.query_user("u1", "ten")  # wrong
client.query_user("u1", 10, "cursor")  # wrong
client.query_user("u1", state=["FAILED"])  # wrong
client.query_fail("tx_002", status=["FAILED"])  # wrong
client.query_user("u1", retries=3)  # wrong
client.query_user("u1").items[0].created_at.isoformat()  # wrong
str(client.query_user("u1").next_position)  # wrong
len(client.query_user("u1").next_cursor)  # wrong
list(client.query_user("u1").next_page().items)  # wrong
RetryPolicy(3)  # wrong
