from enum import StrEnum


class QueryFailPositionStatus(StrEnum):
    FAILED = "FAILED"

    def __str__(self) -> str:
        return str(self.value)
