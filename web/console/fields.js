// Generated from openapi/ by `make client`.
export const FIELDS = {
  "operations": {
    "query_user": {
      "path": "/query/user",
      "summary": "Push notifications sent to a user",
      "key": "user_id",
      "example": "test_user_001",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "status",
        "platform",
        "reason",
        "ap_id",
        "transaction_id",
        "marketing_id",
        "created_from",
        "created_to"
      ]
    },
    "query_marketing": {
      "path": "/query/marketing",
      "summary": "Push notifications of a campaign",
      "key": "marketing_id",
      "example": "campaign_2026_spring",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "status",
        "platform",
        "reason",
        "ap_id",
        "created_from",
        "created_to"
      ]
    },
    "query_transaction": {
      "path": "/query/transaction",
      "summary": "Push notifications of a transaction",
      "key": "transaction_id",
      "example": "tx_002",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "status",
        "platform",
        "reason",
        "ap_id",
        "created_from",
        "created_to"
      ]
    },
    "query_fail": {
      "path": "/query/fail",
      "summary": "Failed push notifications of a transaction",
      "key": "transaction_id",
      "example": "tx_002",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "platform",
        "reason",
        "ap_id",
        "created_from",
        "created_to"
      ]
    },
    "query_marketing_fail": {
      "path": "/query/marketing/fail",
      "summary": "Failed push notifications of a campaign",
      "key": "marketing_id",
      "example": "campaign_2026_spring",
      "max_length": 256,
      "largest_page": 100,
      "filters": [
        "platform",
        "reason",
        "ap_id",
        "created_from",
        "created_to"
      ]
    }
  },
  "answers": {
    "summarize_marketing": {
      "path": "/query/marketing/summary",
      "summary": "Counts of a campaign",
      "key": "marketing_id",
      "example": "campaign_2026_spring",
      "max_length": 256,
      "filters": {
        "interval": {
          "kind": "text",
          "description": "Count over time too, by `hour` or `day` (UTC).",
          "values": [
            "hour",
            "day"
          ],
          "maxLength": 16
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
          "description": "End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error.",
          "maximum": 9999999999999
        }
      }
    },
    "explain_push": {
      "path": "/query/push",
      "summary": "What became of a push to a user",
      "key": "user_id",
      "example": "test_user_001",
      "max_length": 256,
      "filters": {
        "transaction_id": {
          "kind": "text",
          "description": "Only pushes of this transaction.",
          "maxLength": 256
        },
        "marketing_id": {
          "kind": "text",
          "description": "Only pushes of this marketing campaign.",
          "maxLength": 256
        },
        "created_from": {
          "kind": "time",
          "description": "Start of the time window in epoch milliseconds, inclusive.",
          "maximum": 9999999999999
        },
        "created_to": {
          "kind": "time",
          "description": "End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error.",
          "maximum": 9999999999999
        }
      }
    }
  },
  "filters": {
    "status": {
      "kind": "list",
      "description": "Only pushes in these states. Any value that a record shows can be asked for.",
      "values": [
        "SENT",
        "DELIVERED",
        "FAILED"
      ]
    },
    "platform": {
      "kind": "list",
      "description": "Only pushes to these platforms. Any value that a record shows can be asked for.",
      "values": [
        "IOS",
        "ANDROID",
        "WEBPUSH"
      ]
    },
    "reason": {
      "kind": "list",
      "description": "Only failed pushes with these reasons.",
      "values": [
        "TOKEN_UNREGISTERED",
        "TOKEN_INVALID",
        "TOKEN_MISMATCH",
        "NO_TOKEN",
        "CREDENTIALS_INVALID",
        "PAYLOAD_TOO_LARGE",
        "PAYLOAD_INVALID",
        "CONTENT_REFUSED",
        "REQUEST_INVALID",
        "RATE_LIMITED",
        "PROVIDER_UNAVAILABLE",
        "NETWORK",
        "EXPIRED",
        "SUPPRESSED",
        "UNKNOWN"
      ]
    },
    "ap_id": {
      "kind": "text",
      "description": "Only pushes sent by this application.",
      "maxLength": 256
    },
    "transaction_id": {
      "kind": "text",
      "description": "Only pushes of this transaction.",
      "maxLength": 256
    },
    "marketing_id": {
      "kind": "text",
      "description": "Only pushes of this marketing campaign.",
      "maxLength": 256
    },
    "created_from": {
      "kind": "time",
      "description": "Start of the time window in epoch milliseconds, inclusive.",
      "maximum": 9999999999999
    },
    "created_to": {
      "kind": "time",
      "description": "End of the time window in epoch milliseconds, exclusive. A window that ends before it starts has no records; it is not an error.",
      "maximum": 9999999999999
    }
  },
  "record": {
    "transaction_id": {
      "description": "The transaction (one send order) of the push."
    },
    "user_id": {
      "description": "The user who received the push."
    },
    "created_at": {
      "description": "When the push reached this state, as the sending system reports it, in epoch milliseconds. A record can be read some seconds after this time."
    },
    "status": {
      "description": "The state of a push: SENT (handed to the platform), DELIVERED (confirmed by the device) or FAILED (see `error_msg`). New values may appear.",
      "values": [
        "SENT",
        "DELIVERED",
        "FAILED"
      ]
    },
    "marketing_id": {
      "description": "The marketing campaign of the push."
    },
    "notification_title": {
      "description": "The title that the user saw."
    },
    "platform": {
      "description": "The platform of a push. New values may appear.",
      "values": [
        "IOS",
        "ANDROID",
        "WEBPUSH"
      ]
    },
    "error_msg": {
      "description": "Why the push failed, in the words of the platform."
    },
    "reason": {
      "description": "Why a push failed, derived from `error_msg` and `platform` when the record is read. Only failed pushes have it.\nNew values may appear.\n\n| reason | means | who acts |\n|---|---|---|\n| TOKEN_UNREGISTERED | the app was removed, or the subscription ended | the sender drops the token |\n| TOKEN_INVALID | the token is malformed, or of another environment | the sender |\n| TOKEN_MISMATCH | the token belongs to another app, sender or VAPID key | the sender, the platform team |\n| NO_TOKEN | the user has no device to send to | nobody |\n| CREDENTIALS_INVALID | a certificate, key or access token was refused | the platform team, at once |\n| PAYLOAD_TOO_LARGE | the message is too large | the sender |\n| PAYLOAD_INVALID | the message has a field that is missing or wrong | the sender |\n| CONTENT_REFUSED | the platform refused what the message says | the sender |\n| REQUEST_INVALID | the token or the message; the platform does not say which | the sender |\n| RATE_LIMITED | too many messages in a time | nobody: send again later |\n| PROVIDER_UNAVAILABLE | the platform failed | nobody: send again |\n| NETWORK | the platform could not be reached, or did not answer in time | nobody: send again |\n| EXPIRED | the message was too old to be delivered | nobody |\n| SUPPRESSED | a rule of the sender or a wish of the user | nobody |\n| UNKNOWN | `error_msg` does not tell | the platform team, which extends the rules |\n",
      "values": [
        "TOKEN_UNREGISTERED",
        "TOKEN_INVALID",
        "TOKEN_MISMATCH",
        "NO_TOKEN",
        "CREDENTIALS_INVALID",
        "PAYLOAD_TOO_LARGE",
        "PAYLOAD_INVALID",
        "CONTENT_REFUSED",
        "REQUEST_INVALID",
        "RATE_LIMITED",
        "PROVIDER_UNAVAILABLE",
        "NETWORK",
        "EXPIRED",
        "SUPPRESSED",
        "UNKNOWN"
      ]
    },
    "ap_id": {
      "description": "The application that sent the push. Absent on records from before the move to ECS."
    },
    "sns_id": {
      "description": "The id that Amazon SNS gave the push, for a look into its delivery logs."
    },
    "retry_cnt": {
      "description": "How many times the sending system had tried again by then."
    },
    "send_ts": {
      "description": "When the push was handed to the platform, in epoch milliseconds."
    },
    "delivered_ts": {
      "description": "When the device confirmed the push, in epoch milliseconds."
    },
    "failed_ts": {
      "description": "When the push failed, in epoch milliseconds."
    }
  }
};
