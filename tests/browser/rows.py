"""Rows beside the sample: values that a record may have and that a page must not trust."""

from decimal import Decimal
from typing import Final

from tools.local.row_files import Row

HOSTILE: Final = "hostile_user"
MARKUP: Final = (
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "javascript:document.title='owned'",
    "{{constructor.constructor('document.title=1')()}} \u202egnp.exe",
)
QUOTED: Final = 'o\'hara "$HOME" `id` \\'
ROWS: Final[tuple[Row, ...]] = (
    *(
        {
            "user_id": HOSTILE,
            "created_at": Decimal(1_761_998_400_000 + number),
            "transaction_id": text,
            "status": text if number % 2 else "FAILED",
            "marketing_id": text,
            "notification_title": text,
            "platform": text,
            "error_msg": text + "x" * 600,
            "ap_id": text,
        }
        for number, text in enumerate(MARKUP)
    ),
    {"user_id": HOSTILE, "created_at": Decimal(10**16), "transaction_id": "toString", "status": "constructor"},
    {"user_id": QUOTED, "created_at": Decimal(1_761_998_400_000), "transaction_id": "tx_quoted", "status": "SENT"},
)
