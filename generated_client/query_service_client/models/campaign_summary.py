from .._runtime import Model
from .summary_cell import SummaryCell
from .summary_point import SummaryPoint
from .summary_transaction import SummaryTransaction


class CampaignSummary(Model, frozen=True, kw_only=True, omit_defaults=True):
    """The counts of a part of a campaign, or of all of it. Counts of several answers add up. Every record counted is in one cell; a push that is sent and then delivered has two records."""

    marketing_id: str
    """The campaign that was asked for."""

    rows: int
    """The number of records counted."""

    cells: list[SummaryCell]
    """The counts by state, platform, reason and application, the largest first. An answer ends before it has over 1000."""

    series: list[SummaryPoint] | None = None
    """With `interval`, the counts over time by state, the oldest first. Intervals without records are left out. An answer ends before it has over 1000."""

    transactions: list[SummaryTransaction] | None = None
    """The counts by transaction and state, the largest first. Absent if there are over 1000."""

    counted_from: int | None = None
    """Start of the time that this answer counted, in epoch milliseconds; records of this millisecond may be in the next answer too. Absent if all of the past was counted."""

    counted_to: int | None = None
    """End of the time that this answer counted, in epoch milliseconds, exclusive. Absent if it has no end."""

    next_cursor: str | None = None
    """Send it as `cursor` to count on; absent when all is counted, and only then."""
