"""Raw dataframes to numbers: headers matched, text read by the rules for cells, every refusal with its place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Field, Limits, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY, folded
from smm_xl.cells import cell as cells
from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine.rows import Coded
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.arrays import NO_DAY, ArrayColumn
from smm_xl.sources.groupsums import Floats, Ints

Place = Callable[[int, str], Text]

# What files put where nothing is known
BLANKS = frozenset(("", "-", "--", "–", "—", "null", "none", "nan", "n/a", "na", "#n/a", "#н/д"))
_KIND_NAMES = {
    "channels": "channels", "каналы": "channels", "campaigns": "campaigns", "кампании": "campaigns", "posts": "posts", "посты": "posts",
    "публикации": "posts", "effort": "effort", "трудозатраты": "effort",
}  # fmt: skip
_DAY_FIRST_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_SHOWN = 3
_MOST_COMPARED = 200_000  # comparing rows takes longer than everything else together
_TOTAL = re.compile(r"(?:grand totals?|totals?|итого|всего)(?: и средние)?(?: ?:.*)?")
_HASHED_APART = frozenset((str, int, float, type(None), dt.date, dt.datetime, dt.time, dt.timedelta, pd.Timestamp))


class Options(NamedTuple):
    """What the user says of the files: columns by field, the decimal mark ("," or "."), the order of dates ("dmy" or "mdy")."""

    columns: Mapping[str, str] = {}
    decimal: str | None = None
    dates: str | None = None


class Recognised(NamedTuple):
    """How the columns of one source were taken: field by header, guesses among them, and headers that were ignored."""

    source: str
    columns: dict[str, str]
    guessed: frozenset[str]
    ignored: tuple[str, ...]


@dataclass(eq=False)
class Source:
    """One dataframe as it came, with its name and what tells a reader where a row of it stands."""

    name: str
    frame: pd.DataFrame
    place: Place
    options: Options
    remarks: list[Text] = field(default_factory=list)  # what a reader should know of how it was read

    def __post_init__(self) -> None:
        """Leave out rows that are no data: wholly blank ones, totals, posts that stand twice."""
        self._keep(~self._blank_rows())
        totals = self._total_rows()
        if count := int(np.count_nonzero(totals)):
            self._keep(~totals)
            self.remarks.append(
                Text(f"{self.name}: {count} total {'row' if count == 1 else 'rows'} left out", f"{self.name}: пропущено строк с итогами: {count}")
            )
        self._drop_or_name_repeated()

    def _drop_or_name_repeated(self) -> None:
        """Leave out posts that stand twice with the same figures; advertising rows may rightly be alike, so they are only named."""
        posts = "post" in self.keys
        told_apart = self.keys & {"date", "period", "channel", "campaign"}
        if not posts and (not told_apart or len(self.frame) > _MOST_COMPARED):
            return
        try:
            repeated = self.frame.duplicated().to_numpy(dtype=bool)
        except TypeError:  # lists in cells: they are refused where they matter
            return
        count = int(np.count_nonzero(repeated))
        if count and posts:
            self._keep(~repeated)
            self.remarks.append(
                Text(f"{self.name}: posts that stand twice were counted once: {count}", f"{self.name}: повторы публикаций учтены один раз: {count}")
            )
        elif count:
            self.remarks.append(
                Text(
                    f"{self.name}: rows that are the same as another one: {count}; they were counted, please check",
                    f"{self.name}: строк, полностью повторяющих другие: {count}; они учтены, проверьте",
                )
            )

    def _keep(self, wanted: npt.NDArray[np.bool_]) -> None:
        if wanted.all():
            return
        kept, place_in_whole = np.flatnonzero(wanted), self.place
        self.frame = self.frame.iloc[kept]
        self.place = lambda row, header: place_in_whole(int(kept[row]), header)

    def _total_rows(self) -> npt.NDArray[np.bool_]:
        """Rows of which the first known cell says that they are a total."""
        found = np.zeros(len(self.frame), dtype=bool)
        undecided = np.ones(len(self.frame), dtype=bool)
        for place in range(self.frame.shape[1]):
            column = self.frame.iloc[:, place]
            if is_number(column) or not undecided.any():
                break
            if column.dtype.kind == "M":  # dates are no words; to number a million of them takes as long as to add a column
                undecided &= column.isna().to_numpy(dtype=bool)
                continue
            codes, values = _uniques(column)
            says = np.array([isinstance(value, str) and _TOTAL.fullmatch(value.strip().casefold()) is not None for value in values] + [False])
            blank = np.array([_blank(value) for value in values] + [True])
            found |= undecided & says[codes]
            undecided &= blank[codes]
        return found

    def _blank_rows(self) -> npt.NDArray[np.bool_]:
        blank = np.ones(len(self.frame), dtype=bool)
        for place in range(self.frame.shape[1]):
            if not blank.any():
                return blank
            column = self.frame.iloc[:, place]
            missing = column.isna().to_numpy(dtype=bool)
            if not is_number(column):
                missing = missing | (column == "").fillna(False).to_numpy(dtype=bool)
            blank &= missing
        return blank if self.frame.shape[1] else ~blank

    @cached_property
    def matching(self) -> headers.Matching:
        names = [str(header) for header in self.frame.columns]
        named = {key: names.index(header) for key, header in self.options.columns.items() if header in names}
        for key, header in self.options.columns.items():
            if names.count(header) > 1:
                raise InputError(
                    Text(
                        f"{names.count(header)} columns are called «{header}», which is to be {key}",
                        f"столбцов «{header}», указанных для {key}, {names.count(header)}",
                    ),
                    cure=Text("rename one of them", "переименуйте лишние"),
                    place=self.name,
                )
        return headers.match(names, named, guess=True)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self.matching.columns) | frozenset(self.matching.ambiguous)

    @property
    def kind(self) -> str:
        """What the table is about: told by its name, else by its columns."""
        if found := _KIND_NAMES.get(folded(self.name)):
            return found
        if "post" in self.keys:
            return "posts"
        if "campaign" in self.keys:
            return "campaigns"
        return "effort" if {"hours", "hourly_rate"} & self.keys and not {"spend", "followers_end", "likes"} & self.keys else "channels"

    @property
    def recognised(self) -> Recognised:
        found = self.matching
        return Recognised(
            self.name,
            {key: self._header(place) for key, place in found.columns.items()},
            found.guessed,
            tuple(self._header(place) for place in found.ignored),
        )

    def _header(self, place: int) -> str:
        return str(self.frame.columns[place])

    def _column(self, key: str) -> tuple[pd.Series[Any], str]:
        """The raw column of a key and its header. Raises InputError where two columns are that field."""
        if places := self.matching.ambiguous.get(key):
            first, second = (self._header(place) for place in places[:2])
            raise InputError(
                Text(f"the columns «{first}» and «{second}» are both {key}", f"столбцы «{first}» и «{second}» оба означают {key}"),
                cure=Text(
                    f'rename one, or say which counts: --map "{key}={first}" (columns={{...}} in Python)',
                    f'переименуйте один или укажите нужный: --map "{key}={first}" (columns={{...}} в Python)',
                ),
                place=self.name,
            )
        place = self.matching.columns[key]
        return self.frame.iloc[:, place], self._header(place)

    def known(self, key: str) -> bool:
        """Whether at least one cell of the column holds something."""
        if key in self.matching.ambiguous:
            return True
        column, _ = self._column(key)
        if is_number(column):
            if len(column) and pd.notna(column.iloc[0]):
                return True
            return bool(column.notna().any())
        return any(not _blank(value) for value in _uniques(column)[1])

    def currencies(self, key: str) -> dict[str, Text]:
        """The currencies of a money column, told by its header and by signs in its cells, with a place of each."""
        column, header = self._column(key)
        found = {}
        if code := cells.currency_in(header):
            found[code] = Text(f"{self.name}, column «{header}»", f"{self.name}, столбец «{header}»")
        if not is_number(column):
            codes, values = _uniques(column)
            for place, value in enumerate(values):
                code = cells.currency_in(value) if isinstance(value, str) else None
                if code and code not in found:
                    found[code] = self.place(int(np.flatnonzero(codes == place)[0]), header)
        return found

    def numbers(self, key: str) -> ArrayColumn:
        """A field as floats, NaN where blank. Raises InputError with the place of what cannot be used."""
        given = FIELDS_BY_KEY[key]
        column, header = self._column(key)
        values = column.to_numpy(dtype=np.float64, na_value=np.nan) if is_number(column) else self._from_text(column, header, given)
        made = ArrayColumn(values)
        low, high, low_allowed = given.limits.value
        if any(np.isinf(edge) or edge > high or edge < low or (edge == low and not low_allowed) for edge in made.edges):
            with np.errstate(invalid="ignore"):
                wrong = np.isinf(values) | (values > high) | ((values < low) if low_allowed else (values <= low))
            self._refuse(header, np.flatnonzero(wrong), column, given.limits.words, _cure(given))
        return made

    def _from_text(self, column: pd.Series[Any], header: str, given: Field) -> Floats:
        codes, found = _uniques(column)
        if plain := self._plain(found):
            return _taken(plain[0], codes)
        readings = {mark: [_read(value, mark, given) for value in found] for mark in ([self.options.decimal] if self.options.decimal else [".", ","])}
        usable = {mark: values for mark, values in readings.items() if not any(isinstance(value, CellError) for value in values)}
        if not usable:
            # show what no decimal mark would mend; where each value has one, the file mixes both
            wrong = [all(isinstance(values[i], CellError) for values in readings.values()) for i in range(len(found))]
            if not any(wrong):
                wrong = [isinstance(value, CellError) for value in readings["."]]
            rows = np.flatnonzero(np.isin(codes, np.flatnonzero(wrong)))
            self._refuse(header, rows, column, Text("a number such as 1234.56, 1 234,56 or 5 %", "число, например 1234,56, 1 234,56 или 5 %"), _cure(given))
        if len(usable) == 2 and usable["."] != usable[","] and (mark := self._mark_of_other_columns(header)):
            usable = {mark: usable[mark]}
        if len(usable) == 2 and usable["."] != usable[","]:
            unlike = [i for i in range(len(found)) if usable["."][i] != usable[","][i]]
            rows = np.flatnonzero(np.isin(codes, unlike))
            where, what = self.place(int(rows[0]), header), column.iloc[int(rows[0])]
            raise InputError(
                Text(
                    f"«{what}» can be read in two ways, and nothing else in the file decides",
                    f"«{what}» можно прочитать двумя способами, и по другим значениям файла не определить",
                ),
                cure=Text(
                    "say which decimal mark the file has: --decimal point or --decimal comma",
                    "укажите десятичный знак файла: --decimal point или --decimal comma",
                ),
                place=where,
            )
        values = next(iter(usable.values()))
        short = [(value, read) for value, read in zip(found, values, strict=True) if isinstance(value, str) and cells.is_abbreviated(value)]
        if short:
            example = f"«{short[0][0]}» = {short[0][1]:g}"
            self.remarks.append(
                Text(
                    f"{self.name}: abbreviated numbers were read in «{header}», such as {example}",
                    f"{self.name}: в столбце «{header}» прочитаны сокращения, например {example}",
                )
            )
        return _taken([value for value in values if not isinstance(value, CellError)], codes)

    def _mark_of_other_columns(self, header: str) -> str | None:
        """The decimal mark that other columns of the file decide, where they agree: the mark belongs to the file."""
        marks = set()
        for key, place in self.matching.columns.items():
            column = self.frame.iloc[:, place]
            if key not in FIELDS_BY_KEY or is_number(column) or self._header(place) == header:
                continue
            texts = [value for value in _uniques(column)[1] if isinstance(value, str) and not _blank(value)]
            readings = {mark: [_read(value, mark, FIELDS_BY_KEY[key]) for value in texts] for mark in (".", ",")}
            usable = [mark for mark, values in readings.items() if not any(isinstance(value, CellError) for value in values)]
            if len(usable) == 1:
                marks.add(usable[0])
        return marks.pop() if len(marks) == 1 else None

    def _plain(self, found: Sequence[object]) -> list[Sequence[float | None]]:
        """Unique values read at once where all are plain numbers with a point, one of them plainly a decimal point; else nothing."""
        if self.options.decimal == "," or not all(isinstance(value, str) for value in found):
            return []
        texts = [value for value in found if isinstance(value, str)]
        with_point = [text for text in texts if "." in text]
        if with_point and not self.options.decimal and all(re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text) for text in with_point):
            return []
        if not all(text.isascii() and set(text) <= set("0123456789.-") for text in texts if text):
            return []
        try:
            return [[float(text) if text else None for text in texts]]
        except ValueError:
            return []

    def coded(self, key: str) -> Coded[str | None]:
        """A dimension as codes and texts; None for blank cells. Raises InputError for an error cell."""
        column, header = self._column(key)
        codes, found = _uniques(column)
        labels: list[str | None] = []
        for code, value in enumerate(found):
            if isinstance(value, float) and abs(value) >= 1e15:
                self._refuse(
                    header, np.flatnonzero(codes == code), column,
                    Text("an id of at most 15 digits, or as text", "номер не длиннее 15 цифр или записанный текстом"),
                    Text("a spreadsheet has rounded it: export as CSV", "таблица его округлила: выгрузите файл в CSV"),
                )  # fmt: skip
            try:
                labels.append(None if isinstance(value, str) and not value.strip() else cells.text(value))
            except CellError:
                self._refuse(header, np.flatnonzero(codes == code), column, Text("text", "текст"), Text("write a name", "впишите название"))
        distinct: dict[str | None, int] = {}
        renumbered = np.array([distinct.setdefault(label, len(distinct)) for label in labels], dtype=np.int64)
        if (codes < 0).any():
            renumbered = np.append(renumbered, distinct.setdefault(None, len(distinct)))
        same = np.array_equal(renumbered, np.arange(len(labels)))
        return Coded(codes if same else renumbered[codes], list(distinct))

    def days(self) -> tuple[Ints, Ints]:
        """First and last day of each row as ordinals, from its date or else its period; NO_DAY where both are blank."""
        if "date" in self.keys and "period" not in self.keys:
            column, _ = self._column("date")
            if column.dtype.kind == "M" and isinstance(column.dtype, np.dtype):
                known = column.to_numpy().astype("datetime64[D]")
                days = known.view(np.int64) + dates.EPOCH
                if np.isnat(known).any():
                    days[np.isnat(known)] = NO_DAY
                return days, days
        first, last = (np.full(len(self.frame), NO_DAY, dtype=np.int64) for _ in range(2))
        for key, read in (("period", self._period), ("date", self._date)):
            if key not in self.keys:
                continue
            column, header = self._column(key)
            codes, found = _uniques(column)
            reader = read(found)
            spans = []
            for code, value in enumerate(found):
                try:
                    spans.append(None if _blank(value) else reader(value))
                except CellError:
                    self._refuse_date(header, column, codes, code, key)
            table = np.array([(NO_DAY, NO_DAY) if span is None else span for span in [*spans, None]], dtype=np.int64)
            known = table[codes, 0] != NO_DAY
            first[known], last[known] = table[codes[known], 0], table[codes[known], 1]
        return first, last

    def _period(self, _: Sequence[object]) -> Callable[[Any], tuple[int, int] | None]:
        def read(value: Any) -> tuple[int, int] | None:
            period = periods.parse(value)
            return None if period is None else (period.first, period.last)

        return read

    def _date(self, found: Sequence[object]) -> Callable[[Any], tuple[int, int] | None]:
        """A reader of dates in the order (day or month first) that the column itself, or the user, decides."""
        matches = [match for value in found if isinstance(value, str) and (match := _DAY_FIRST_OR_MONTH_FIRST.fullmatch(value.strip())) and match[2] != "."]
        orders = {order for match in matches for order in ("dmy",) * (int(match[1]) > 12) + ("mdy",) * (int(match[3]) > 12)}
        order = self.options.dates or (orders.pop() if len(orders) == 1 else None)

        def read(value: Any) -> tuple[int, int] | None:
            if isinstance(value, str) and order and (match := _DAY_FIRST_OR_MONTH_FIRST.fullmatch(value.strip())) and match[2] != ".":
                month, day = (int(match[3]), int(match[1])) if order == "dmy" else (int(match[1]), int(match[3]))
                found = cells.ordinal(int(match[4]), month, day)
                return found, found
            if isinstance(value, str) and re.fullmatch(r"(?:19|20|21)\d{6}", value.strip(), re.ASCII):
                value = int(value)
            if isinstance(value, int | float) and 19000101 <= value <= 21991231:  # 20260801, as analytics systems write it
                found = cells.ordinal(int(value) // 10000, int(value) // 100 % 100, int(value) % 100)
                return found, found
            day_ = cells.day(value)
            return None if day_ is None else (day_, day_)

        return read

    def _refuse_date(self, header: str, column: pd.Series[Any], codes: Ints, code: int, key: str) -> None:
        row = int(np.flatnonzero(codes == code)[0])
        where, what = self.place(row, header), column.iloc[row]
        if key == "date" and isinstance(what, str) and (match := _DAY_FIRST_OR_MONTH_FIRST.fullmatch(what.strip())) and max(int(match[1]), int(match[3])) <= 12:
            raise InputError(
                Text(
                    f"«{what}» can be read in two ways, and the column does not decide", f"«{what}» можно прочитать двумя способами, и по столбцу не определить"
                ),
                cure=Text("say which comes first: --dates dmy or --dates mdy", "укажите, что идёт первым: --dates dmy (день) или --dates mdy (месяц)"),
                place=where,
            )
        if key == "date":
            accepted = Text("a date such as 2026-08-31 or 31.08.2026", "дата, например 31.08.2026 или 2026-08-31")
        else:
            accepted = Text("a month, quarter or year such as 2026-08, 2026-Q3, 2026", "месяц, квартал или год, например 2026-08, август 2026, 2026-Q3, 2026")
        self._refuse(header, np.flatnonzero(codes == code), column, accepted, Text("correct the date", "исправьте дату"))

    def _refuse(self, header: str, rows: Ints, column: pd.Series[Any], accepted: Text, cure: Text) -> None:
        """Raise InputError for rows of a column: where, what was found, what is accepted, how to mend it."""
        where, what = self.place(int(rows[0]), header), column.iloc[int(rows[0])]
        others = [self.place(int(row), header) for row in rows[1:_SHOWN]]
        more = len(rows) - 1
        if more:
            listed = Text("; ".join(other.en for other in others), "; ".join(other.ru for other in others))
            cure = Text(f"{cure.en} (and {more} more, such as {listed.en})", f"{cure.ru} (и ещё {more}, например {listed.ru})")
        raise InputError(
            Text(f"«{what}» is not accepted here", f"значение «{what}» не подходит"),
            accepted=Text(f"accepted: {accepted.en}", f"принимается: {accepted.ru}"),
            cure=cure,
            place=where,
        )


def _cure(given: Field) -> Text:
    if given.limits is Limits.FRACTION:
        return Text("write 0.4 or 40 %", "впишите 0,4 или 40 %")
    key = given.key
    return Text(
        f"correct the cell, leave it blank if unknown, or name another column: --map {key}=COLUMN",
        f"исправьте ячейку, оставьте её пустой, если значение неизвестно, или укажите другой столбец: --map {key}=СТОЛБЕЦ",
    )


def is_number(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _blank(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in BLANKS
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _uniques(column: pd.Series[Any]) -> tuple[Ints, list[object]]:
    """Codes of the values, -1 for missing ones, and the distinct values."""
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.astype(str).mask(column.isna())
    if column.dtype == object and not set(map(type, column)) <= _HASHED_APART:
        # True and 1 would become one value, and a list none at all
        column = column.map(lambda value: str(value) if isinstance(value, bool | list | dict | set) else value)
    codes, found = pd.factorize(column)
    return np.asarray(codes, dtype=np.int64), [value.item() if isinstance(value, np.generic) else value for value in found]


def _taken(values: Iterable[float | None], codes: Ints) -> Floats:
    """Values by code; NaN for None and for the code -1."""
    table = np.array([np.nan if value is None else value for value in [*values, None]], dtype=np.float64)
    return table[codes]


def _read(value: object, decimal: str, given: Field) -> float | CellError | None:
    """One cell of a file or dataframe as a number, None when blank, or what is wrong with it."""
    if _blank(value):
        return None
    try:
        if given.unit is Unit.HOURS and (hours := _clock(value)) is not None:
            return hours
        if isinstance(value, str):
            return cells.number_in(value, decimal=decimal, imported=True)
        if isinstance(value, dt.date | pd.Timestamp):
            return CellError(cells.VALUE)
        return cells.number(value)
    except CellError as error:
        return error


def _clock(value: object) -> float | None:
    """Hours of a clock time: 1:30 is 1.5."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 3600
    if isinstance(value, dt.time):
        return value.hour + value.minute / 60 + value.second / 3600
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value.strip())):
        return int(match[1]) + int(match[2]) / 60 + int(match[3] or 0) / 3600
    return None
