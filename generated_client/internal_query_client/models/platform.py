from enum import StrEnum


class Platform(StrEnum):
    ANDROID = "ANDROID"
    IOS = "IOS"
    WEBPUSH = "WEBPUSH"

    def __str__(self) -> str:
        return str(self.value)
