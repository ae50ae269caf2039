"""A table of targets as it came from a file or a dataframe, read with the place of every mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from smm_xl.catalog.kpi import Limits
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.cell import Ambiguous, CellError
from smm_xl.cells.names import one_name
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.sources.frames import in_frame
from smm_xl.sources.table import Place, Table, rows_of
from smm_xl.sources.texts import BLANKS
from smm_xl.targets import target_table
from smm_xl.targets.target_table import TargetRow


@dataclass(frozen=True)
class TargetSource:
    """A table of targets as it came: its headers and rows, None where a cell is blank, what messages call it, what tells where a cell stands, and the
    decimal mark where the user said it.
    """

    headers: Sequence[str]
    body: Sequence[Sequence[object]]
    name: str
    place: Place
    decimal: str | None = None

    @staticmethod
    def of(table: Table, name: str, decimal: str | None = None) -> TargetSource:
        """The targets in a table. A lazy one has no order: its rows are named by their number as they came."""
        place = table.place or in_frame(name, list(table.headers))
        return TargetSource(table.headers, rows_of(table), name, place, decimal)

    def read(self) -> list[TargetRow]:
        """Its rows. Raises InputError for a column that is missing and for a cell that cannot be used, with its place."""
        columns = self._columns(self.headers)
        rows = target_table.rows_of(columns, self.body, self._number)
        for row in rows:
            self._check(row, {key: (place, self.body[row.place][place]) for key, place in columns.items()})
        self._refuse_contradictions(rows, columns["target"])
        return rows

    def _columns(self, headers: Sequence[object]) -> dict[str, int]:
        found: dict[str, int] = {}
        listed = ", ".join(f"«{header}»" for header in headers)
        for place, header in enumerate(headers):
            key = target_table.column_of(header)
            if key is not None and found.setdefault(key, place) != place:
                one, other = headers[found[key]], header
                raise InputError(
                    Text(f"the columns «{one}» and «{other}» both mean {key}", f"столбцы «{one}» и «{other}» значат одно и то же ({key})"),
                    cure=Text("leave one", "оставьте один"),
                    place=self.name,
                )
        for key in ("kpi", "target"):
            if key not in found:
                words = target_table.COLUMNS[key]
                raise InputError(
                    Text(
                        f"the table of targets has no column «{words.en}»; columns found: {listed}",
                        f"в таблице планов нет столбца «{words.ru}»; найдены столбцы: {listed}",
                    ),
                    accepted=Text(
                        "needed are «KPI» and «target», and channel, period, weight, base may stand beside them",
                        "нужны «KPI» и «план», рядом могут быть канал, период, вес, база",
                    ),
                    cure=Text(f"write «{words.en}» above its column", f"напишите «{words.ru}» над этим столбцом"),
                    place=self.name,
                )
        return found

    def _number(self, value: object) -> float | None:
        if isinstance(value, str):
            if value.strip().casefold() in BLANKS:
                return None
            number = cells.number_in(value, decimal=self.decimal, imported=True)
        else:
            read = cells.number(value)
            if read is None:
                return None
            number = read
        Limits.ANY.check(number)
        return number

    def _check(self, row: TargetRow, given: Mapping[str, tuple[int, object]]) -> None:
        def where(key: str) -> Text:
            return self.place(row.place, given[key][0])

        if row.kpi is None:
            place = where("kpi")
            if not row.typed:
                raise InputError(
                    Text("the name of the KPI is missing", "не указан KPI"), cure=Text("write its key or name", "напишите его ключ или название"), place=place
                )
            try:
                kpi_named(row.typed)
            except UnknownName as error:
                raise error.at(place) from None
            raise InputError(
                Text(f"{row.typed} has two values and takes no target", f"у {row.typed} два значения, плана у него нет"),
                cure=Text("take the row out", "уберите строку"),
                place=place,
            )
        if "period" in given and isinstance(row.target, str) and row.period is None and not _readable(periods.parse_range, given["period"][1]):
            place, found = where("period"), given["period"][1]
            raise InputError(
                Text(f"«{found}» is no period", f"«{found}» — не период"),
                cure=Text("write 2026-03, 2026-Q1 or 2026", "напишите 2026-03, 2026-Q1 или 2026"),
                place=place,
            )
        for key, value in (("target", row.target), ("weight", row.weight), ("base", row.base)):
            if isinstance(value, str):
                raise self._bad_number(where(key), given[key][1])
        if not isinstance(row.weight, str) and row.weight is not None and row.weight < 0:
            place = where("weight")
            raise InputError(
                Text("a weight cannot be below 0", "вес не может быть меньше 0"),
                cure=Text("write 0 or a positive number", "напишите 0 или положительное число"),
                place=place,
            )

    def _bad_number(self, place: Text, found: object) -> InputError:
        try:
            cells.number_in(str(found), decimal=self.decimal, imported=True)
        except Ambiguous:
            return InputError(
                Text(f"«{found}» can be read in two ways", f"«{found}» читается двояко"),
                cure=Text("say --decimal point or --decimal comma (decimal= in Python)", "укажите --decimal point или --decimal comma (decimal= в Python)"),
                place=place,
            )
        except CellError:
            pass
        return InputError(
            Text(f"«{found}» is not accepted here", f"«{found}» здесь не подходит"),
            cure=Text("write a number such as 1500 or 5 %, or leave the cell blank", "напишите число, например 1500 или 5 %, или оставьте ячейку пустой"),
            place=place,
        )

    def _refuse_contradictions(self, rows: Sequence[TargetRow], column: int) -> None:
        seen: dict[object, TargetRow] = {}
        for row in rows:
            key = (row.kpi.key if row.kpi else row.typed, one_name(row.channel or ""), row.period and row.period[:2])
            other = seen.setdefault(key, row)
            if row.target is not None and other.target is not None and (row.target, row.base) != (other.target, other.base):
                one, two = self.place(other.place, column), self.place(row.place, column)
                raise InputError(
                    Text(f"two targets of {key[0]} for the same period and channel", f"два плана по {key[0]} на один период и канал"),
                    cure=Text("leave one", "оставьте один"),
                    place=Text(f"{one.en} and {two.en}", f"{one.ru} и {two.ru}"),
                )


def _readable(read: Callable[[object], object], value: object) -> bool:
    try:
        read(value)
    except CellError:
        return False
    return True
