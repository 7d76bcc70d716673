from typing import Annotated, TypeAlias

import msgspec

NextPosition: TypeAlias = Annotated[dict[str, str], msgspec.Meta(min_length=1)]
"""Send it as `position` to get the next page; absent on the last page, and only there."""
