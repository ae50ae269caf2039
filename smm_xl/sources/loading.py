"""The rows of a table that are data: loaded where it is small enough, without blank rows and totals; and where a cell of them stands, for refusals."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import narwhals as nw

from smm_xl.catalog.registry import FIELDS_BY_KEY, plainly
from smm_xl.engine import total_rows
from smm_xl.errors import InputError
from smm_xl.language import Text, Worded
from smm_xl.sources import texts
from smm_xl.sources.recognising import Headed
from smm_xl.sources.table import is_uncalculated, values_of
from smm_xl.sources.texts import Texts, is_blank

_SHOWN = 3
_ID = re.compile(r"\b(?:id|ids|no|nr|number|code|sku|№|ид|номер|код|артикул)\b|id$")
_MOST_COMPARED = 200_000  # comparing rows takes longer than everything else together
_MOST_ADDED_UP = 5_000  # rows among which sums of others are looked for where no word tells
_MOST_WITH_GAPS = 50_000  # the same, where some rows lack a name that others have
ROW = "row"  # the column of an eager frame that tells which row of the table a row is


class Why(Worded):
    """Why a row of a file does not count."""

    BLANK = "blank", Text("blank", "пустые")
    BLANK_OR_TOTAL = "blank_or_total", Text("blank rows and totals", "пустые строки и итоги")
    TOTAL = "total", Text("totals", "итоги")
    NO_DATA = "no_data", Text("no facts (plans, changes)", "не факт (план, изменение)")
    FOOTER = "footer", Text("words under the table", "подписи под таблицей")
    AGAIN = "again", Text("also in another row or file", "есть и в другой строке или файле")


class Published(NamedTuple):
    """A total that a file publishes and that is not the sum of its rows."""

    key: str
    published: float
    total: float


class Unfit(Exception):
    """A file holds what its types do not fit; the table was taken anew, as text, and the work on it begins anew."""


@dataclass(eq=False)
class Loaded(Headed, ABC):
    """A table with its rows: without those that are no data, which are wholly blank ones, totals, and what other sources hold as well."""

    further: list[nw.Expr] = field(default_factory=list, init=False)  # which rows count beside those of other sources
    gone: dict[Why, list[int]] = field(default_factory=dict, init=False)  # rows that were left out since the table was loaded; of blank ones nothing is kept
    gone_further: list[int] = field(default_factory=list, init=False)
    published: list[Published] = field(default_factory=list, init=False)
    _filters: list[nw.Expr] = field(default_factory=list, init=False)
    _loaded: Any = field(default=None, init=False)
    _told: dict[str, list[str]] = field(default_factory=dict, init=False)
    _texts: dict[str, Texts] = field(default_factory=dict, init=False)
    _numbers: dict[str, nw.Expr | InputError] = field(default_factory=dict, init=False)

    def is_text(self, place: int) -> bool:
        return place in self.table.cells or is_of_text(self._schema[place])

    def leave_out_further(self, rows: Sequence[int]) -> None:
        """Leave out rows of a table in memory by their numbers, whatever is loaded next."""
        if rows:
            self.further.append(~nw.col(ROW).is_in(list(rows)))
            self.gone_further += rows

    def load(self, keys: Iterable[str]) -> None:
        """Get ready what the columns of some keys need. Raises Unfit where a file has to be loaded once more, InputError where it cannot be read."""
        needed = {place for key in keys if key in self.matching.columns for place in self._needed(key)}
        wanted = sorted(needed.union(self.name_columns))  # in which totals are looked for: else a file would be read once more
        self._filters.clear()
        self.gone.clear()
        self.published.clear()
        self.remarks[:] = [*self.standing, *self._other_figures]
        self._told.clear()
        self._texts.clear()
        self._numbers.clear()
        self._take(wanted)
        self._leave_out_blank_rows()
        self._leave_out_repeated_headers()
        self._leave_out_totals()
        self._name_repeated()
        self._filters += self.further

    def take_all(self) -> None:
        """Load the columns that are not loaded yet."""
        if len(self._there) < len(self.table.headers):
            self._take(None)

    def leave_out(self, rows: Sequence[int], why: Why) -> None:
        """Leave out rows of a table in memory by their numbers."""
        if rows:
            self._filters.append(~nw.col(ROW).is_in(list(rows)))
            self.gone.setdefault(why, []).extend(rows)

    @contextmanager
    def without(self, rows: nw.Expr) -> Iterator[None]:
        """For a while without some rows; what is read of the columns then is not what is read of all of them."""
        self._filters.append(~rows)
        self._forget()
        yield
        self._filters.pop()
        self._forget()

    def _forget(self) -> None:
        self._texts.clear()
        self._numbers.clear()

    def _take(self, wanted: Sequence[int] | None) -> None:
        """The frame with some columns, all of them for None, in memory where it is small enough."""
        frame = self.table.frame
        if wanted is not None and isinstance(frame, nw.LazyFrame):
            first = next((place for place, dtype in enumerate(self._schema) if dtype.is_numeric() and place not in self.table.cells), len(self.table.headers))
            frame = frame.select(*(str(place) for place in sorted({0, *wanted, *range(first)})), *self.table.beyond)
        if isinstance(frame, nw.LazyFrame) and (self.table.held or ("post" in self.keys and self.table.place is not None)):
            frame = self._collected(frame)
        if isinstance(frame, nw.DataFrame):
            frame = frame.with_row_index(ROW)
        if self.table.beyond:  # a library that takes some columns of a file alone does not look at the ends of its rows
            frame = self._without_what_is_longer(frame)
        self._loaded = frame

    def _without_what_is_longer(self, frame: Any) -> Any:
        """The frame without the columns beyond the headers. Raises Unfit where a row has more cells than there are headers.

        But some analytics systems write «Grand total» behind the figures of one: such a row is left out.
        """
        longer = nw.any_horizontal(*(~nw.col(name).is_null() for name in self.table.beyond), ignore_nulls=True)
        words = self.collected(frame.filter(longer).select(*self.table.beyond))
        if not len(words):
            return frame.drop(*self.table.beyond)
        if not all(map(total_rows.says_grand_total, values_of(words[self.table.beyond[0]]))) or any(
            words[name].null_count() < len(words) for name in self.table.beyond[1:]
        ):
            raise self._unfit()
        is_total = ~nw.col(self.table.beyond[0]).is_null()
        said = total_rows.left_out(self.name, len(words))
        self.remarks += [said] if said not in self.remarks else []
        if not isinstance(frame, nw.DataFrame):
            return frame.filter(~is_total).drop(*self.table.beyond)
        if Why.TOTAL not in self.gone:
            self.leave_out([int(row) for row in frame.filter(is_total)[ROW].to_list()], Why.TOTAL)
        return frame.drop(*self.table.beyond)

    @cached_property
    def _schema(self) -> list[nw.dtypes.DType]:
        schema = self.table.frame.collect_schema()
        return [schema[str(place)] for place in range(len(self.table.headers))]

    @property
    def all_rows(self) -> Any:
        """The rows as they were loaded, those too that are no data."""
        return self._loaded

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
        self.table = replace(self.table.as_text(), as_text=None, file=self.table.file)
        self.__dict__.pop("_schema", None)
        return Unfit()

    def _asked(self, *queries: nw.Expr) -> tuple[Any, ...]:
        """Facts of all rows, one value each."""
        named = [query.alias(str(place)) for place, query in enumerate(queries)]
        return tuple(self.collected(self.frame.select(*named)).row(0)) if named else ()

    @property
    def _there(self) -> list[str]:
        """The columns that are loaded."""
        return [name for name in self._loaded.collect_schema().names() if name != ROW]

    def _is_blank(self, column: str, *, null_only: bool = False) -> nw.Expr:
        """Where a cell is empty, or says so by what files put there where nothing is known."""
        dtype, place = self._schema[int(column)], int(column)
        cell = nw.col(column)
        if place in self.table.cells:
            codes = [code for code, value in enumerate(self.table.cells[place]) if (value == "" if null_only else is_blank(value))]
            return cell.is_null() | cell.is_in(codes) if codes else cell.is_null()
        if is_of_text(dtype) and null_only:
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

    def _leave_out_repeated_headers(self) -> None:
        """Leave out rows that are the header once more: pages that were pasted one below the other."""
        if not isinstance(self.frame, nw.DataFrame):
            return
        repeated: nw.Expr | None = None
        for column in self._there:
            header = self.table.headers[int(column)]
            if not header:
                continue
            if (place := int(column)) in self.table.cells:
                here = nw.col(column).is_in([code for code, value in enumerate(self.table.cells[place]) if isinstance(value, str) and value.strip() == header])
            elif is_of_text(self._schema[place]):
                here = self._text(column).str.strip_chars() == header
            else:
                return  # a column of numbers holds no header
            repeated = here if repeated is None else repeated & here
        count = self._asked(repeated.fill_null(False).cast(nw.Int64).sum())[0] if repeated is not None else 0
        if repeated is not None and count:
            self._filters.append(~repeated.fill_null(False))
            self.remarks.append(
                Text(f"{self.name}: the header stands among the rows again, left out: {count}", f"{self.name}: повторы строки заголовков пропущены: {count}")
            )

    def _leave_out_totals(self) -> None:
        """Leave out rows that are totals of others: by words, and in tables whose rows have an order by «X Total» and by arithmetic too."""
        first, named = self._first_says_total(), self._candidates()
        if not isinstance(self.frame, nw.DataFrame):
            sure = first
            if sure is None:
                return
            count = self._asked(sure.cast(nw.Int64).sum())[0]
            if count:
                self._filters.append(~sure)
                self.remarks.append(total_rows.left_out(self.name, count))
            return
        may_be = nw.col(ROW) < 0
        for expr in (first, named):
            may_be = may_be if expr is None else may_be | expr
        if len(self.frame) <= min(_MOST_ADDED_UP, _MOST_COMPARED) or self._lacks_names() or self._asked(may_be.any())[0]:
            self.leave_out_totals_among(may_be)

    def _lacks_names(self) -> bool:
        """Whether some rows of a table lack a name that others have: they may be the sums of those."""
        if len(self.frame) > min(_MOST_WITH_GAPS, _MOST_COMPARED) or len(self.name_columns) < 2:
            return False
        gaps = [self._is_blank(str(place)) for place in self.name_columns if str(place) in self._there]
        facts = self._asked(*(gap.any() for gap in gaps), *(gap.all() for gap in gaps))
        return any(some and not every for some, every in zip(facts[: len(gaps)], facts[len(gaps) :], strict=True))

    @abstractmethod
    def leave_out_totals_among(self, may_be: nw.Expr) -> None:
        """Leave out the rows among some that are totals of the others: whoever can read their numbers tells which."""

    @property
    def name_columns(self) -> list[int]:
        """The places of columns that name what a row is about: dimensions and time, and text that is none of ours."""
        dims = [place for key, place in self.matching.columns.items() if key not in FIELDS_BY_KEY and key != "currency"]
        return sorted(dims)

    def _candidates(self) -> nw.Expr | None:
        """Rows that name a total in a column of names, and rows without any name."""
        said: nw.Expr | None = None
        nameless: nw.Expr | None = None
        others = [place for place in self.matching.ignored if is_of_text(self._schema[place]) or place in self.table.cells]
        for place in self.name_columns:
            column = str(place)
            if column not in self._there:
                self._take(None)
            says = self._says_total(column)
            if says is not None:
                said = says if said is None else said | says
        if not self.name_columns:
            return said
        for place in [*self.name_columns, *others]:
            column = str(place)
            if column not in self._there:
                self._take(None)
            blank = self._names_nothing(place) if place in others else self._is_blank(column)
            nameless = blank if nameless is None else nameless & blank
            if not self._asked(nameless.any())[0]:
                nameless = None
                break
        if nameless is None:
            return said
        return nameless if said is None else said | nameless

    def _names_nothing(self, place: int) -> nw.Expr:
        """Where a cell of a column that is none of ours is blank or a figure: a number is a name only under a header that says so."""
        column = str(place)
        blank = self._is_blank(column)
        if _ID.search(plainly(self.table.headers[place])):
            return blank
        if place in self.table.cells:
            figures = [code for code, value in enumerate(self.table.cells[place]) if _is_figure(value)]
            return blank | nw.col(column).is_in(figures) if figures else blank
        return blank | self._text(column).str.contains(texts.A_NUMBER).fill_null(False)

    def _first_says_total(self) -> nw.Expr | None:
        """Rows of which the first known cell says that they are a total."""
        found: nw.Expr | None = None
        undecided: nw.Expr | None = None
        for place in range(len(self.table.headers)):
            column = str(place)
            if column not in self._there:
                self._take(None)
            says = self._says_total(column, surely=True)
            if says is not None:
                here = says if undecided is None else undecided & says
                found = here if found is None else found | here
            blank = self._is_blank(column)
            undecided = blank if undecided is None else undecided & blank
            if not self._asked(undecided.any())[0]:
                break
        return found

    def _says_total(self, column: str, *, surely: bool = False) -> nw.Expr | None:
        """Where a cell is a word of totals, or may be one; None for a column that holds none."""
        test = total_rows.says_total if surely else lambda value: total_rows.may_be_total(value) or total_rows.is_footer(value)
        if (place := int(column)) in self.table.cells:
            words: list[Any] = [code for code, value in enumerate(self.table.cells[place]) if test(value)]
            cell = nw.col(column)
        else:
            cell = self._text(column)
            words = [word for word in self._words(column) if test(word)]
        return cell.is_in(words).fill_null(False) if words else None

    def _text(self, column: str) -> nw.Expr:
        return nw.col(column) if self._schema[int(column)] == nw.String else nw.col(column).cast(nw.String)

    def _words(self, column: str) -> list[str]:
        """The distinct words for totals and for blanks in a column of text, none in others: few, even where all of its cells differ."""
        if not is_of_text(self._schema[int(column)]):
            return []
        if column not in self._told:
            text = nw.col(column)
            distinct = self.frame.select(self._text(column)).unique()
            self._told[column] = values_of(
                self.collected(distinct.filter(text.str.contains(total_rows.MAY_BE_TOTAL) | text.str.contains(total_rows.FOOTER) | texts.blank(text)))[column]
            )
        return self._told[column]

    def _name_repeated(self) -> None:
        """Name rows that are the same as another one: advertising rows may rightly be alike."""
        frame = self.frame
        posts = self.has_posts
        if not isinstance(frame, nw.DataFrame):  # rows without an order: none of them is the later one
            if posts:
                self.remarks.append(
                    Text(
                        f"{self.name}: posts that stand twice were not looked for, because the rows of this table have no order",
                        f"{self.name}: повторы публикаций не искались: у строк этой таблицы нет порядка",
                    )
                )
            return
        if posts or not self.keys & {"date", "period", "channel", "campaign"} or len(frame) > _MOST_COMPARED:
            return  # posts that stand twice are looked for over all sources
        if len(self._there) < len(self.table.headers):
            self._take(None)
            frame = self.frame
        count = len(frame) - len(frame.select(self._there).unique())
        if count:
            self.remarks.append(
                Text(
                    f"{self.name}: rows that are the same as another one: {count}; they were counted, please check",
                    f"{self.name}: строк, полностью повторяющих другие: {count}; они учтены, проверьте",
                )
            )

    def distinct(self, column: str) -> list[Any]:
        """The distinct cells of a column as they stand in the frame."""
        return values_of(self.collected(self.frame.select(column).unique())[column])

    def _has(self, column: str, pattern: str, others: Sequence[object]) -> nw.Expr:
        """Where text has a pattern or is one of some values."""
        if (place := int(column)) in self.table.cells:
            kinds = [texts.of_values([value]) for value in self.table.cells[place]]
            fits = [kind.two_ways if pattern == texts.TWO_WAYS else any(texts.MARKED[mark] == pattern for mark in kind.marked) for kind in kinds]
            codes = [code for code, value in enumerate(self.table.cells[place]) if fits[code] or _among(value, others)]
            return nw.col(column).is_in(codes)
        if not is_of_text(self._schema[place]):
            return self._equal(column, others)
        text = self._text(column)
        found = texts.has(text, pattern)
        return found | text.is_in(list(others)) if others else found

    def _equal(self, column: str, values: Sequence[object]) -> nw.Expr:
        """Where a cell is one of some values."""
        if (place := int(column)) in self.table.cells:
            return nw.col(column).is_in([code for code, value in enumerate(self.table.cells[place]) if _among(value, values)])
        cell = nw.col(column)
        if is_of_text(self._schema[place]):
            return self._text(column).is_in(list(values))
        return cell.is_in(list(values))

    def _in_frame(self, column: str, values: Sequence[object]) -> nw.Expr:
        """Where a cell is one of some values, as they stand in the frame."""
        return nw.col(column).is_in(list(values))

    def refuse(self, column: str, wrong: nw.Expr, accepted: Text, cure: Text) -> None:
        """Raise InputError for rows of a column: where, what was found, what is accepted, how to mend it."""
        places = self._places(column, wrong)
        (where, what), *others = places[:_SHOWN]
        if is_uncalculated(what):
            cure = Text(
                "the formula has no value: open the file in Excel or LibreOffice and save it",
                "у формулы нет значения: откройте файл в Excel или LibreOffice и сохраните",
            )
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
            return [(self._in_column(column), self.shown(column, value)) for value in values]
        assert self.table.place is not None
        found = self.collected(frame.filter(wrong).select(ROW, column)).sort(ROW)
        rows, values = found[ROW].to_list(), values_of(found[column])
        shown = [self.shown(column, value) for value in values]
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
        frame: Any = nw.from_native(native.with_row_index(ROW))
        for wanted in self._filters:
            frame = frame.filter(wanted)
        return frame

    def shown(self, column: str, value: Any) -> object:
        place = int(column)
        return self.table.cells[place][int(value)] if place in self.table.cells and value is not None and value == value else value


def _is_figure(value: object) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (isinstance(value, str) and re.match(texts.A_NUMBER, value) is not None)


def is_of_text(dtype: nw.dtypes.DType) -> bool:
    return dtype == nw.String or dtype == nw.Categorical or dtype == nw.Enum


def _among(value: object, values: Sequence[object]) -> bool:
    """Whether a value is one of some, where 1 and True are two."""
    return any(type(value) is type(other) and value == other for other in values)
