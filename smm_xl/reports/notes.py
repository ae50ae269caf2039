"""What a reader of a report has to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smm_xl.cells import period as periods
from smm_xl.cells.period import Period
from smm_xl.engine.planner import Plan
from smm_xl.engine.rows import Rows
from smm_xl.language import Text
from smm_xl.reports import data_checks
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates


class Notes:
    """Notes in their order, each once."""

    def __init__(self) -> None:
        self._notes: dict[Text, None] = {}

    def add(self, notes: Iterable[Text]) -> None:
        self._notes |= dict.fromkeys(notes)

    def add_checks(
        self, sources: Sequence[Source], tables: Sequence[Rows], plans: Sequence[Plan], dims: Sequence[str] = (), rates: Rates | None = None
    ) -> None:
        """Add what the checks of the data say. ``dims``: what is grouped and filtered by. Raises InputError for what would make a total wrong."""
        if rates is not None:
            self.add([rates.words])
        elif "currency" not in dims or len(tables) != 1:
            data_checks.one_currency(sources, tables, plans)
        self.add(data_checks.without_currency(sources, tables, plans, None if rates is None else rates.currency))
        if tables and tables[0].spellings is not None:
            self.add(tables[0].spellings.notes(dims))
        self.add(data_checks.claimed_twice(sources, tables, plans))
        self.add(data_checks.overlaps(tables, plans))
        self.add(remark for source in sources for remark in (*source.table.remarks, *source.remarks))

    @property
    def all(self) -> tuple[Text, ...]:
        return tuple(self._notes)


def part_note(period: Period, end: int) -> Text:
    """What a reader has to know of a period that the data does not reach the end of."""
    day = periods.around(end, "day").label
    return Text(f"{period.label} is a part period: the data ends on {day}", f"{period.label} — неполный период: данные по {day}")
