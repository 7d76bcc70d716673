from enum import StrEnum


class Status(StrEnum):
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    SENT = "SENT"

    def __str__(self) -> str:
        return str(self.value)
