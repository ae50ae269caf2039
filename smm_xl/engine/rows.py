"""What the engine works on: tables as a protocol, which each holder of columns fulfils, and how they tell their rows apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from smm_xl.catalog.kpi import Total
from smm_xl.engine.totals import Cell, Label
from smm_xl.formula import Expr

TIME = ("date", "month", "quarter", "year")
KINDS = ("channels", "campaigns", "posts", "effort")


class Moment(NamedTuple):
    """The days that a row is about, as ordinals."""

    first: int
    last: int


class Rows(Protocol):
    """One table: columns of fields, rows told apart by dimensions. Unknown numbers are NaN in its columns."""

    @property
    def name(self) -> str:
        """What notes call the table."""

    @property
    def fields(self) -> frozenset[str]:
        """Keys of the fields of which at least one value is known."""

    @property
    def dims(self) -> frozenset[str]:
        """Which of channel, campaign, post and time tell its rows apart."""

    @property
    def whole(self) -> Rows | None:
        """The table that these rows were picked from, None where they are all of it."""

    def column(self, key: str) -> Any:
        """The column of a field, as it was given."""

    def combined(self, formula: Expr, columns: Mapping[str, Any]) -> Any:
        """A column worked out row by row."""

    def filled(self, column: Any, other: Any) -> Any:
        """The column, and the other one where it is unknown."""

    def silent_as_zero(self, column: Any, key: str) -> Any:
        """The column of a field with 0 for channels that report none of it, at any time."""

    def complete(self, columns: Sequence[Any]) -> Any:
        """Which rows know all the columns."""

    def among(self, complete: Any, channels: frozenset[str | None]) -> Any:
        """The same without rows of other channels."""

    def has_blanks(self, column: Any) -> bool:
        """Whether some row does not know the column."""

    def left_out(self, complete: Any) -> int:
        """How many rows are not complete."""

    def channels_of(self, complete: Any) -> frozenset[str | None]:
        """The channels of the complete rows."""

    def grain(self) -> str | None:
        """The finest of month, quarter and year that no row exceeds; None where a row exceeds all."""

    def labels(self, by: tuple[str, ...]) -> list[Label]:
        """The groups by some dimensions, in an order that ``total`` keeps."""

    def total(self, column: Any, complete: Any, how: Total, by: tuple[str, ...]) -> tuple[Any, frozenset[int]]:
        """The total of each group over complete rows, and the places of groups that were refused one."""

    def ends(self, complete: Any, by: tuple[str, ...]) -> list[Moment | None]:
        """The days of the last complete row of each group (ends last, of these starts last), in a table that has time."""

    def last_day(self) -> int | None:
        """The last day of the rows that are about one day, None where there is none."""

    def final(self, formula: Expr, totals: Mapping[str, Any]) -> Any:
        """The formula on totals, group by group."""

    def listed(self, totals: Any) -> list[Cell]:
        """Totals as numbers and errors."""


def tells(rows: Rows, *dims: str) -> bool:
    """Whether a table tells its rows apart by all of some dimensions; a day, month, quarter or year needs its time."""
    return all(("time" if dim in TIME else dim) in rows.dims for dim in dims)
