from typing import TypeAlias

NextPosition: TypeAlias = dict[str, str]
"""Send it as `position` to get the next page; absent on the last page, and only there."""
