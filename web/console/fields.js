// Generated from openapi/ by `make client`.
export const FIELDS = {
  "operations": {
    "query_user": {
      "path": "/query/user",
      "summary": "Rows of a user",
      "key": "user_id",
      "example": "test_user_001",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "status",
        "platform",
        "ap_id",
        "created_from",
        "created_to"
      ]
    },
    "query_marketing": {
      "path": "/query/marketing",
      "summary": "Rows of a campaign",
      "key": "marketing_id",
      "example": "campaign_2026_spring",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "status",
        "platform",
        "ap_id",
        "created_from",
        "created_to"
      ]
    },
    "query_fail": {
      "path": "/query/fail",
      "summary": "Failed rows of a transaction",
      "key": "transaction_id",
      "example": "tx_002",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "platform",
        "ap_id",
        "created_from",
        "created_to"
      ]
    }
  },
  "filters": {
    "status": {
      "kind": "list",
      "description": "Only rows in these states.",
      "values": [
        "SENT",
        "DELIVERED",
        "FAILED"
      ]
    },
    "platform": {
      "kind": "list",
      "description": "Only pushes to these platforms.",
      "values": [
        "IOS",
        "ANDROID",
        "WEBPUSH"
      ]
    },
    "ap_id": {
      "kind": "text",
      "description": "Only pushes sent by this application.",
      "maxLength": 256
    },
    "created_from": {
      "kind": "time",
      "description": "Start of the time window in epoch milliseconds, inclusive.",
      "maximum": 9999999999999
    },
    "created_to": {
      "kind": "time",
      "description": "End of the time window in epoch milliseconds, exclusive. A window that ends before it starts is empty, not an error.",
      "maximum": 9999999999999
    }
  },
  "record": {
    "transaction_id": {
      "description": "The send order; empty when the row was stored without one."
    },
    "user_id": {
      "description": "Who received the push."
    },
    "created_at": {
      "description": "When the row was written, in epoch milliseconds."
    },
    "status": {
      "description": "SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). Other values may appear; empty when the row was stored without one.",
      "values": [
        "SENT",
        "DELIVERED",
        "FAILED"
      ]
    },
    "marketing_id": {
      "description": "The campaign, where the push belonged to one."
    },
    "notification_title": {
      "description": "The title that the user saw."
    },
    "platform": {
      "description": "IOS, ANDROID or WEBPUSH; other values may appear.",
      "values": [
        "IOS",
        "ANDROID",
        "WEBPUSH"
      ]
    },
    "error_msg": {
      "description": "Why the push failed, in the words of the platform."
    },
    "ap_id": {
      "description": "The application that sent the push; absent on rows older than the move to ECS."
    }
  }
};
