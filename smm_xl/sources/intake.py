"""Tables as they came to columns that are known: headers matched, rows that are no data left out, cells read, every refusal with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

import narwhals as nw

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Field, Limits
from smm_xl.catalog.registry import FIELDS_BY_KEY, folded
from smm_xl.cells import cell as cells
from smm_xl.cells.cell import CellError
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import days, texts
from smm_xl.sources.table import Table, values_of
from smm_xl.sources.texts import BLANKS as BLANKS
from smm_xl.sources.texts import MARKS, Texts, is_blank

_KIND_NAMES = {
    "channels": "channels", "каналы": "channels", "campaigns": "campaigns", "кампании": "campaigns", "posts": "posts", "посты": "posts",
    "публикации": "posts", "effort": "effort", "трудозатраты": "effort",
}  # fmt: skip
_SHOWN = 3
_MOST_COMPARED = 200_000  # comparing rows takes longer than everything else together
_TOTAL = r"(?:grand totals?|totals?|итого|всего)(?: и средние)?(?: ?:.*)?"
_SAYS_TOTAL = f"(?i)^\\s*{_TOTAL}\\s*$"
_IS_TOTAL = re.compile(_SAYS_TOTAL)
_ROW = "row"  # the column of an eager frame that tells which row of the table a row is


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


class Unfit(Exception):
    """A file holds what its types do not fit; the table was taken anew, as text, and the work on it begins anew."""


@dataclass(eq=False)
class Source:
    """One table, how its columns are taken, and what tells a reader where a cell of it stands.

    The frame is loaded where it is small enough, and without rows that are no data: wholly blank ones, totals, posts that stand twice.
    """

    table: Table
    options: Options
    remarks: list[Text] = field(default_factory=list)  # what a reader should know of how it was read
    _filters: list[nw.Expr] = field(default_factory=list, init=False)
    _loaded: Any = field(default=None, init=False)
    _told: dict[str, list[str]] = field(default_factory=dict, init=False)
    _texts: dict[str, Texts] = field(default_factory=dict, init=False)
    _abbreviations: dict[str, tuple[Text, ...]] = field(default_factory=dict, init=False)
    _numbers: dict[str, nw.Expr | InputError] = field(default_factory=dict, init=False)

    # --- which column is what ---

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def matching(self) -> headers.Matching:
        names = self.table.headers
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
        columns = {key: self.table.headers[place] for key, place in found.columns.items()}
        return Recognised(self.name, columns, found.guessed, tuple(self.table.headers[place] for place in found.ignored))

    def column(self, key: str) -> str:
        """The name in the frame of the column of a key. Raises InputError where two columns are that field."""
        if places := self.matching.ambiguous.get(key):
            first, second = (self.table.headers[place] for place in places[:2])
            raise InputError(
                Text(f"the columns «{first}» and «{second}» are both {key}", f"столбцы «{first}» и «{second}» оба означают {key}"),
                cure=Text(
                    f'rename one, or say which counts: --map "{key}={first}" (columns={{...}} in Python)',
                    f'переименуйте один или укажите нужный: --map "{key}={first}" (columns={{...}} в Python)',
                ),
                place=self.name,
            )
        return str(self.matching.columns[key])

    # --- the frame, and rows that are no data ---

    def load(self, keys: Iterable[str]) -> None:
        """Get ready what the columns of some keys need. Raises Unfit where a file has to be loaded once more, InputError where it cannot be read."""
        wanted = sorted({self.matching.columns[key] for key in keys if key in self.matching.columns})
        self._filters.clear()
        self.remarks.clear()
        self._told.clear()
        self._texts.clear()
        self._numbers.clear()
        self._take(wanted)
        self._leave_out_blank_rows()
        self._leave_out_totals()
        self._drop_or_name_repeated()

    def _take(self, wanted: Sequence[int] | None) -> None:
        """The frame with some columns, all of them for None, in memory where it is small enough."""
        frame = self.table.frame
        if wanted is not None and isinstance(frame, nw.LazyFrame):
            first = next((place for place, dtype in enumerate(self._schema) if dtype.is_numeric() and place not in self.table.cells), len(self.table.headers))
            frame = frame.select(*(str(place) for place in sorted({0, *wanted, *range(first)})), *self.table.beyond)
        if isinstance(frame, nw.LazyFrame) and (self.table.held or ("post" in self.keys and self.table.place is not None)):
            frame = self._collected(frame)
        if isinstance(frame, nw.DataFrame):
            frame = frame.with_row_index(_ROW)
        if self.table.beyond:  # a library that takes some columns of a file alone does not look at the ends of its rows
            longer = nw.any_horizontal(*(~nw.col(name).is_null() for name in self.table.beyond), ignore_nulls=True)
            if self.collected(frame.select(longer.any().alias(_ROW)))[_ROW][0]:
                raise self._unfit()
            frame = frame.drop(*self.table.beyond)
        self._loaded = frame

    @cached_property
    def _schema(self) -> list[nw.dtypes.DType]:
        schema = self.table.frame.collect_schema()
        return [schema[str(place)] for place in range(len(self.table.headers))]

    @property
    def frame(self) -> Any:
        """The rows that are data."""
        frame = self._loaded
        for wanted in self._filters:
            frame = frame.filter(wanted)
        return frame

    def collected(self, query: Any) -> Any:
        """What a query of the frame gives, in memory. Raises Unfit where a file holds something else than its types say, from where it is text."""
        return query if isinstance(query, nw.DataFrame) else self._collected(query)

    def _collected(self, query: Any) -> Any:
        try:
            if query.implementation.is_polars():
                return query.collect(engine="streaming")
            return query.collect()
        except Exception as error:
            if self.table.as_text is None:
                raise
            raise self._unfit() from error

    def _unfit(self) -> Unfit:
        """Take the table as text, or raise InputError, which says where the file is broken."""
        assert self.table.as_text is not None
        self.table = replace(self.table.as_text(), as_text=None)
        self.__dict__.pop("_schema", None)
        return Unfit()

    def _asked(self, *queries: nw.Expr) -> tuple[Any, ...]:
        """Facts of all rows, one value each."""
        named = [query.alias(str(place)) for place, query in enumerate(queries)]
        return tuple(self.collected(self.frame.select(*named)).row(0)) if named else ()

    @property
    def _there(self) -> list[str]:
        """The columns that are loaded."""
        return [name for name in self._loaded.collect_schema().names() if name != _ROW]

    def _is_blank(self, column: str, *, null_only: bool = False) -> nw.Expr:
        """Where a cell is empty, or says so by what files put there where nothing is known."""
        dtype, place = self._schema[int(column)], int(column)
        cell = nw.col(column)
        if place in self.table.cells:
            codes = [code for code, value in enumerate(self.table.cells[place]) if (value == "" if null_only else is_blank(value))]
            return cell.is_null() | cell.is_in(codes) if codes else cell.is_null()
        if _is_text(dtype) and null_only:
            return cell.is_null() | (self._text(column) == "")
        if words := [word for word in self._words(column) if is_blank(word)]:
            return cell.is_null() | self._text(column).is_in(words)
        return cell.is_null() | cell.is_nan() if dtype.is_float() else cell.is_null()

    def _leave_out_blank_rows(self) -> None:
        there = self._there
        if not there:
            return
        blanks = [self._is_blank(column, null_only=True) for column in there]
        numeric = [place for place, column in enumerate(there) if self._schema[int(column)].is_numeric()]
        if numeric and not self._asked(blanks[numeric[0]].any())[0]:  # one column that is full says it of all rows
            return
        blank = nw.all_horizontal(*blanks, ignore_nulls=False)
        if not self._asked(blank.any())[0]:
            return
        if len(there) < len(self.table.headers):  # what is blank here may hold something in a column that was not loaded
            self._take(None)
            blank = nw.all_horizontal(*(self._is_blank(column, null_only=True) for column in self._there), ignore_nulls=False)
        self._filters.append(~blank)

    def _leave_out_totals(self) -> None:
        """Leave out rows of which the first known cell says that they are a total."""
        found: nw.Expr | None = None
        undecided: nw.Expr | None = None
        for place in range(len(self.table.headers)):
            column = str(place)
            if column not in self._there:
                self._take(None)
            says = self._says_total(column)
            if says is not None:
                here = says if undecided is None else undecided & says
                found = here if found is None else found | here
            blank = self._is_blank(column)
            undecided = blank if undecided is None else undecided & blank
            if not self._asked(undecided.any())[0]:
                break
        if found is None:
            return
        count = self._asked(found.cast(nw.Int64).sum())[0]
        if count:
            self._filters.append(~found)
            self.remarks.append(
                Text(f"{self.name}: {count} total {'row' if count == 1 else 'rows'} left out", f"{self.name}: пропущено строк с итогами: {count}")
            )

    def _says_total(self, column: str) -> nw.Expr | None:
        """Where a cell is a word of totals; None for a column that holds none."""
        if (place := int(column)) in self.table.cells:
            words: list[Any] = [code for code, value in enumerate(self.table.cells[place]) if isinstance(value, str) and _IS_TOTAL.match(value)]
            cell = nw.col(column)
        else:
            cell = self._text(column)
            words = [word for word in self._words(column) if _IS_TOTAL.match(word)]
        return cell.is_in(words).fill_null(False) if words else None

    def _text(self, column: str) -> nw.Expr:
        return nw.col(column) if self._schema[int(column)] == nw.String else nw.col(column).cast(nw.String)

    def _words(self, column: str) -> list[str]:
        """The distinct words for totals and for blanks in a column of text, none in others: few, even where all of its cells differ."""
        if not _is_text(self._schema[int(column)]):
            return []
        if column not in self._told:
            text = nw.col(column)
            distinct = self.frame.select(self._text(column)).unique()
            self._told[column] = values_of(self.collected(distinct.filter(text.str.contains(_SAYS_TOTAL) | texts.blank(text)))[column])
        return self._told[column]

    def _drop_or_name_repeated(self) -> None:
        """Leave out posts that stand twice with the same figures; advertising rows may rightly be alike, so they are only named."""
        frame = self.frame
        posts = "post" in self.keys
        if not isinstance(frame, nw.DataFrame):  # rows without an order: none of them is the later one
            if posts:
                self.remarks.append(
                    Text(
                        f"{self.name}: posts that stand twice were not looked for, because the rows of this table have no order",
                        f"{self.name}: повторы публикаций не искались: у строк этой таблицы нет порядка",
                    )
                )
            return
        if not posts and (not self.keys & {"date", "period", "channel", "campaign"} or len(frame) > _MOST_COMPARED):
            return
        if len(self._there) < len(self.table.headers):
            self._take(None)
            frame = self.frame
        names = self._there
        first = frame.unique(names, keep="first") if posts else frame.select(names).unique()
        count = len(frame) - len(first)
        if count and posts:
            self._loaded = first.sort(_ROW)
            self._filters.clear()  # these rows have passed them
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

    # --- numbers ---

    def number(self, key: str) -> nw.Expr:
        """A field as floats, null where it is blank. Raises InputError with the place of what is no number."""
        if key not in self._numbers:
            try:
                self._numbers[key] = self._number(FIELDS_BY_KEY[key], self.column(key))
            except InputError as error:
                self._numbers[key] = error
        found = self._numbers[key]
        if isinstance(found, InputError):
            raise found
        return found

    def _number(self, given: Field, column: str) -> nw.Expr:
        dtype, cell = self._schema[int(column)], nw.col(column)
        if int(column) not in self.table.cells and dtype.is_numeric():
            return cell if dtype == nw.Float64 else cell.cast(nw.Float64)  # sums of whole numbers would begin anew where they are too large
        held = self._held_by(column)
        marks = [self.options.decimal] if self.options.decimal else list(MARKS)
        usable = held.usable(marks, given)
        if not usable:
            self._refuse_numbers(given, column, held, marks)
        if held.differs(usable) and (mark := self._mark_of_other_columns(column)):
            usable = {mark: usable[mark]}
        if held.differs(usable):
            self._refuse_two_ways(column, [value for value, one, other in zip(held.others, usable["."], usable[","], strict=True) if one != other])
        mark, readings = next(iter(usable.items()))
        known = [value for value in readings if not isinstance(value, CellError)]
        self._abbreviations[given.key] = self._abbreviated(column, held.others, known)
        if int(column) in self.table.cells:
            values = [texts.read(value, mark, given) for value in self.table.cells[int(column)]]
            return _by_code(column, [None if isinstance(value, CellError) else value for value in values])
        if _is_text(dtype):
            return texts.numbers(self._text(column), mark, held.others, known)
        if not held.others:
            return nw.when(~cell.is_null()).then(nw.lit(0.0))  # a column of another kind, wholly blank; as long as the others, which a literal is not
        return cell.replace_strict(list(held.others), known, default=None, return_dtype=nw.Float64)

    def _held_by(self, column: str) -> Texts:
        """What the cells of a column hold that is not numbers already."""
        if column in self._texts:
            return self._texts[column]
        place, dtype = int(column), self._schema[int(column)]
        if place in self.table.cells:
            present = {int(code) for code in self.distinct(column) if code is not None and code == code}
            found = texts.of_values(self.table.cells[place][code] for code in sorted(present))
        elif _is_text(dtype):
            text = self._text(column)
            flags = self._asked(*(texts.has(text, pattern).any() for pattern in (texts.TWO_WAYS, *texts.MARKED.values())), texts.unread(text).any())
            two_ways, *marked, others = flags
            left = values_of(self.collected(self.frame.filter(texts.unread(text)).select(text.alias(column)).unique())[column]) if others else []
            found = Texts(bool(two_ways), frozenset(mark for mark, has in zip(texts.MARKED, marked, strict=True) if has), tuple(sorted(left)))
        else:
            found = texts.of_values(self.distinct(column))
        self._texts[column] = found
        return found

    def distinct(self, column: str) -> list[Any]:
        """The distinct cells of a column as they stand in the frame."""
        return values_of(self.collected(self.frame.select(column).unique())[column])

    def _mark_of_other_columns(self, column: str) -> str | None:
        """The decimal mark that other columns of the file decide, where they agree: the mark belongs to the file."""
        marks = set[str]()
        others = {key: str(place) for key, place in self.matching.columns.items() if key in FIELDS_BY_KEY and str(place) != column}
        beside = self
        if not set(others.values()) <= set(self._there):
            beside = Source(self.table, self.options)
            try:
                beside.load([*others, *self.keys - FIELDS_BY_KEY.keys()])
            except Unfit:
                beside.load([*others, *self.keys - FIELDS_BY_KEY.keys()])
        for key, other in others.items():
            if beside._schema[int(other)].is_numeric() and int(other) not in self.table.cells:
                if beside.table.as_text is not None and beside._schema[int(other)].is_float():
                    marks.add(".")  # a column of a CSV is read as fractions only where its text has plainly a point
                continue
            usable = beside._held_by(other).usable(MARKS, FIELDS_BY_KEY[key])
            if len(usable) == 1:
                marks |= usable.keys()
        return marks.pop() if len(marks) == 1 else None

    def tell_abbreviations(self, key: str) -> None:
        """Let the reader know of a column that counts that numbers in it were written short."""
        self.remarks += [remark for remark in self._abbreviations.get(key, ()) if remark not in self.remarks]

    def _abbreviated(self, column: str, others: Sequence[object], readings: Sequence[float | None]) -> tuple[Text, ...]:
        short = [(value, read) for value, read in zip(others, readings, strict=True) if isinstance(value, str) and cells.is_abbreviated(value)]
        if not short:
            return ()
        example, header = f"«{short[0][0]}» = {short[0][1]:g}", self.table.headers[int(column)]
        return (
            Text(
                f"{self.name}: abbreviated numbers were read in «{header}», such as {example}",
                f"{self.name}: в столбце «{header}» прочитаны сокращения, например {example}",
            ),
        )

    def currencies(self, key: str) -> dict[str, Text]:
        """The currencies of a money column, told by its header and by signs in its cells, with a place of each."""
        column = self.column(key)
        header, found = self.table.headers[int(column)], dict[str, Text]()
        if code := cells.currency_in(header):
            found[code] = self._in_column(column)
        if not self._schema[int(column)].is_numeric() or int(column) in self.table.cells:
            signed: dict[str, list[object]] = {}
            for value in self._held_by(column).others:
                if isinstance(value, str) and (code := cells.currency_in(value)):
                    signed.setdefault(code, []).append(value)
            for code in signed.keys() - found.keys():
                found[code] = self._places(column, self._equal(column, signed[code]))[0][0]
        return found

    # --- refusals ---

    def check_limits(self, key: str) -> None:
        """Refuse a number that the field may not be. Raises InputError with its place."""
        given, column, number = FIELDS_BY_KEY[key], self.column(key), self.number(key)
        low, high, low_allowed = given.limits.value
        wrong = (number > high) | ((number < low) if low_allowed else (number <= low)) | (number == inf) | (number == -inf)
        if self._asked(wrong.any())[0]:
            self.refuse(column, wrong, given.limits.words, _cure(given))

    def _refuse_numbers(self, given: Field, column: str, held: Texts, marks: Sequence[str]) -> None:
        """Show what no decimal mark would mend; where each value has one, the file mixes both."""
        wrong = {
            mark: [value for value, reading in zip(held.others, held.readings(mark, given), strict=True) if isinstance(reading, CellError)] for mark in marks
        }
        unread = [value for value in held.others if all(value in values for values in wrong.values())]
        if unread and len(marks) > 1:
            where = self._equal(column, unread)
        else:
            mark = marks[0]
            where = self._has(column, texts.MARKED[MARKS[1 - MARKS.index(mark)]], wrong[mark])
        self.refuse(column, where, Text("a number such as 1234.56, 1 234,56 or 5 %", "число, например 1234,56, 1 234,56 или 5 %"), _cure(given))

    def _refuse_two_ways(self, column: str, others: Sequence[object]) -> None:
        (where, what), *_ = self._places(column, self._has(column, texts.TWO_WAYS, others))
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

    def _has(self, column: str, pattern: str, others: Sequence[object]) -> nw.Expr:
        """Where text has a pattern or is one of some values."""
        if (place := int(column)) in self.table.cells:
            kinds = [texts.of_values([value]) for value in self.table.cells[place]]
            fits = [kind.two_ways if pattern == texts.TWO_WAYS else any(texts.MARKED[mark] == pattern for mark in kind.marked) for kind in kinds]
            codes = [code for code, value in enumerate(self.table.cells[place]) if fits[code] or _among(value, others)]
            return nw.col(column).is_in(codes)
        if not _is_text(self._schema[place]):
            return self._equal(column, others)
        text = self._text(column)
        found = texts.has(text, pattern)
        return found | text.is_in(list(others)) if others else found

    def _equal(self, column: str, values: Sequence[object]) -> nw.Expr:
        """Where a cell is one of some values."""
        if (place := int(column)) in self.table.cells:
            return nw.col(column).is_in([code for code, value in enumerate(self.table.cells[place]) if _among(value, values)])
        cell = nw.col(column)
        if _is_text(self._schema[place]):
            return self._text(column).is_in(list(values))
        return cell.is_in(list(values))

    def _in_frame(self, column: str, values: Sequence[object]) -> nw.Expr:
        """Where a cell is one of some values, as they stand in the frame."""
        return nw.col(column).is_in(list(values))

    def refuse(self, column: str, wrong: nw.Expr, accepted: Text, cure: Text) -> None:
        """Raise InputError for rows of a column: where, what was found, what is accepted, how to mend it."""
        places = self._places(column, wrong)
        (where, what), *others = places[:_SHOWN]
        if more := len(places) - 1:
            listed = Text("; ".join(other.en for other, _ in others), "; ".join(other.ru for other, _ in others))
            if self.table.place is None:
                listed = Text("; ".join(f"«{value}»" for _, value in others), "; ".join(f"«{value}»" for _, value in others))
            cure = Text(f"{cure.en} (and {more} more, such as {listed.en})", f"{cure.ru} (и ещё {more}, например {listed.ru})")
        raise InputError(
            Text(f"«{what}» is not accepted here", f"значение «{what}» не подходит"),
            accepted=Text(f"accepted: {accepted.en}", f"принимается: {accepted.ru}"),
            cure=cure,
            place=where,
        )

    def _in_column(self, column: str) -> Text:
        header = self.table.headers[int(column)]
        return Text(f"{self.name}, column «{header}»", f"{self.name}, столбец «{header}»")

    def _places(self, column: str, wrong: nw.Expr) -> list[tuple[Text, object]]:
        """Where a column is wrong, and what stands there, in the order of the rows."""
        frame = self._ordered()
        if frame is None:
            values = values_of(self.collected(self.frame.filter(wrong).select(column))[column])
            return [(self._in_column(column), self._shown(column, value)) for value in values]
        assert self.table.place is not None
        found = self.collected(frame.filter(wrong).select(_ROW, column)).sort(_ROW)
        rows, values = found[_ROW].to_list(), values_of(found[column])
        shown = [self._shown(column, value) for value in values]
        if self.table.as_text is not None:  # as it stands in the file, not as a number is written
            text = self.table.as_text().frame.lazy().collect()[column]
            shown[:_SHOWN] = [text[row] for row in rows[:_SHOWN]]
        places = [self.table.place(int(row), int(column)) for row in rows[:_SHOWN]]
        return list(zip([*places, *[Text("", "")] * (len(rows) - len(places))], shown, strict=True))

    def _ordered(self) -> Any:
        """The rows that are data with what tells which rows of the table they are; None where they have no order."""
        if isinstance(self._loaded, nw.DataFrame):
            return self.frame if self.table.place is not None else None
        if self.table.place is None:
            return None
        native = nw.to_native(self._loaded)  # lazy polars keeps the order of a file
        frame: Any = nw.from_native(native.with_row_index(_ROW))
        for wanted in self._filters:
            frame = frame.filter(wanted)
        return frame

    def _shown(self, column: str, value: Any) -> object:
        place = int(column)
        return self.table.cells[place][int(value)] if place in self.table.cells else value

    # --- names and days ---

    def labels(self, key: str, found: Sequence[Any]) -> list[str | None]:
        """What distinct cells of a dimension, as they stand in the frame, name; None for a blank one. Raises InputError for what is no name."""
        column = self.column(key)
        labels: list[str | None] = []
        rounded, wrong = list[Any](), list[Any]()
        for value in found:
            shown = None if value is None or value != value else self._shown(column, value)
            label = None
            if isinstance(shown, float) and abs(shown) >= 1e15:
                rounded.append(value)
            elif not (isinstance(shown, str) and not shown.strip()):
                try:
                    label = cells.text(shown)
                except CellError:
                    wrong.append(value)
            labels.append(label)
        if rounded:
            self.refuse(
                column, self._in_frame(column, rounded), Text("an id of at most 15 digits, or as text", "номер не длиннее 15 цифр или записанный текстом"),
                Text("a spreadsheet has rounded it: export as CSV", "таблица его округлила: выгрузите файл в CSV"),
            )  # fmt: skip
        if wrong:
            self.refuse(column, self._in_frame(column, wrong), Text("text", "текст"), Text("write a name", "впишите название"))
        return labels

    def name_key(self, key: str) -> nw.Expr:
        """What tells rows apart in the column of a dimension."""
        column = self.column(key)
        cell = nw.col(column)
        return cell.cast(nw.String) if self._schema[int(column)] == nw.Unknown else cell  # a wholly blank one may have no type

    def is_of_days(self, key: str) -> bool:
        """Whether a column holds days or points in time, and no text or number that stands for one."""
        dtype = self._schema[int(self.column(key))]
        return int(self.column(key)) not in self.table.cells and (dtype == nw.Date or isinstance(dtype, nw.Datetime))

    def time_key(self, key: str) -> nw.Expr:
        """What tells the days of rows apart in the column of ``date`` or ``period``."""
        column = self.column(key)
        dtype = self._schema[int(column)]
        if isinstance(dtype, nw.Datetime):
            # the day where the row was written down, not the one that it was in Greenwich
            cell = nw.col(column) if dtype.time_zone is None else nw.col(column).dt.replace_time_zone(None)
            return cell.dt.truncate("1d") if self._loaded.implementation.is_pandas_like() else cell.cast(nw.Date)
        return self.name_key(key)

    def days(self, key: str, found: Sequence[Any]) -> dict[Any, Any]:
        """The moment of each distinct cell of the column of ``date`` or ``period``. Raises InputError for what is none."""
        column = self.column(key)
        shown = {value: self._shown(column, value) for value in found if value is not None and value == value}
        read = days.reader(key, shown.values(), self.options.dates)
        moments, wrong = {}, list[Any]()
        for value, cell in shown.items():
            try:
                moments[value] = None if is_blank(cell) else read(cell)
            except CellError:
                wrong.append(value)
        if wrong:
            self._refuse_days(key, column, wrong)
        return moments

    def _refuse_days(self, key: str, column: str, wrong: Sequence[Any]) -> None:
        where = self._in_frame(column, wrong)
        (place, cell), *_ = self._places(column, where)
        if key == "date" and days.is_ambiguous(cell):
            raise InputError(
                Text(
                    f"«{cell}» can be read in two ways, and the column does not decide", f"«{cell}» можно прочитать двумя способами, и по столбцу не определить"
                ),
                cure=Text("say which comes first: --dates dmy or --dates mdy", "укажите, что идёт первым: --dates dmy (день) или --dates mdy (месяц)"),
                place=place,
            )
        if key == "date":
            accepted = Text("a date such as 2026-08-31 or 31.08.2026", "дата, например 31.08.2026 или 2026-08-31")
        else:
            accepted = Text("a month, quarter or year such as 2026-08, 2026-Q3, 2026", "месяц, квартал или год, например 2026-08, август 2026, 2026-Q3, 2026")
        self.refuse(column, where, accepted, Text("correct the date", "исправьте дату"))


def _is_text(dtype: nw.dtypes.DType) -> bool:
    return dtype == nw.String or dtype == nw.Categorical or dtype == nw.Enum


def _by_code(column: str, values: Sequence[float | None]) -> nw.Expr:
    return nw.col(column).replace_strict(list(range(len(values))), list(values), default=None, return_dtype=nw.Float64)


def _among(value: object, values: Sequence[object]) -> bool:
    """Whether a value is one of some, where 1 and True are two."""
    return any(type(value) is type(other) and value == other for other in values)


def _cure(given: Field) -> Text:
    if given.limits is Limits.FRACTION:
        return Text("write 0.4 or 40 %", "впишите 0,4 или 40 %")
    key = given.key
    return Text(
        f"correct the cell, leave it blank if unknown, or name another column: --map {key}=COLUMN",
        f"исправьте ячейку, оставьте её пустой, если значение неизвестно, или укажите другой столбец: --map {key}=СТОЛБЕЦ",
    )
