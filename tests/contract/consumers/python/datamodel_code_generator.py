"""The models of datamodel-code-generator hold a page with its records."""

from models import RecordPage

PAGE = {"items": [{"user_id": "test_user_001", "created_at": 1761998400123, "status": "NEW"}], "count": 1}

assert RecordPage.model_validate(PAGE).model_dump(exclude_none=True) == PAGE
