import io

import pytest

from tools.local.progress import progress_bar


class Terminal(io.StringIO):
    """A terminal as far as the bar looks."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.parametrize("total", [2000, None])
def test_a_terminal_sees_bytes_rows_and_rate(total: int | None) -> None:
    """Whoever waits sees how much of the file is read and how fast, also of a pipe, whose size nobody knows."""
    stderr = Terminal()

    with progress_bar("rows.ndjson", total, stderr=stderr) as report:
        report(1000, 1234)

    assert "rows.ndjson" in stderr.getvalue()
    assert "1,234 rows, " in stderr.getvalue()


def test_nothing_is_written_where_nobody_looks() -> None:
    """A log file or a pipe gets no control characters."""
    stderr = io.StringIO()

    with progress_bar("rows.ndjson", 2000, stderr=stderr) as report:
        report(1000, 1234)

    assert stderr.getvalue() == ""
