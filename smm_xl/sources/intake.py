"""Tables as they came to columns that are known: headers matched, rows that are no data left out, cells read, every refusal with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

import narwhals as nw

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Field, Limits
from smm_xl.catalog.registry import FIELDS_BY_KEY, folded, plainly
from smm_xl.cells import cell as cells
from smm_xl.cells import currencies, names
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine import total_rows
from smm_xl.engine.rows import Moment
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import days, profiles, texts, which_rows
from smm_xl.sources.profiles import Profile
from smm_xl.sources.table import Table, is_uncalculated, values_of
from smm_xl.sources.texts import BLANKS as BLANKS
from smm_xl.sources.texts import MARKS, Texts, is_blank

_KIND_NAMES = {
    "channels": "channels", "каналы": "channels", "campaigns": "campaigns", "кампании": "campaigns", "posts": "posts", "посты": "posts",
    "публикации": "posts", "effort": "effort", "трудозатраты": "effort",
}  # fmt: skip
_SHOWN = 3
PAID = ("spend", "impressions")  # what tells that advertising ran in a row
COUNTED = ("likes", "comments", "reposts", "saves", "engagements", "views", "clicks", "followers_end", "followers_start")  # always whole numbers
ONE_EACH = ("leads", "customers", "orders")  # of a table with a row for each of them
_ROUNDED = re.compile(r"\d[.,]\d+E\+?1[5-9]", re.IGNORECASE)  # an id as a spreadsheet shows it
_MOST_COMPARED = 200_000  # comparing rows takes longer than everything else together
_ROW = "row"  # the column of an eager frame that tells which row of the table a row is


class Options(NamedTuple):
    """What the user says of the files.

    columns:       headers by field. decimal: the decimal mark ("," or "."). dates: the order of dates ("dmy" or "mdy").
    blank_is_zero: fields of which a blank means none. totals: what becomes of rows that may be totals: "drop" or "keep".
    scale:         what the numbers of fields are multiplied by. channel: of the whole table, where no column tells it.
    overlap:       which of rows in several files count that are about the same: "last" or "add".
    """

    columns: Mapping[str, str] = {}
    decimal: str | None = None
    dates: str | None = None
    blank_is_zero: frozenset[str] = frozenset()
    totals: str | None = None
    scale: Mapping[str, float] = {}
    channel: str | None = None
    overlap: str | None = None


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
    standing: list[Text] = field(default_factory=list)  # the same, of what stays whatever is loaded
    beside: list[Source] = field(default_factory=list, init=False, repr=False)  # other files of the cabinet, whose days tell what the first of a month is
    seen: frozenset[Moment] = field(default=frozenset(), init=False)  # the days of the column of days
    _no_figures: set[str] = field(default_factory=set, init=False)
    further: list[nw.Expr] = field(default_factory=list, init=False)  # which rows count beside those of other sources
    _filters: list[nw.Expr] = field(default_factory=list, init=False)
    _loaded: Any = field(default=None, init=False)
    _told: dict[str, list[str]] = field(default_factory=dict, init=False)
    _texts: dict[str, Texts] = field(default_factory=dict, init=False)
    _abbreviations: dict[str, tuple[Text, ...]] = field(default_factory=dict, init=False)
    _marks: dict[str, str] = field(default_factory=dict, init=False)
    _numbers: dict[str, nw.Expr | InputError] = field(default_factory=dict, init=False)

    # --- which column is what ---

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def matching(self) -> headers.Matching:
        there = self.table.headers
        named = {key: there.index(header) for key, header in self.options.columns.items() if header in there}
        for key, header in self.options.columns.items():
            if there.count(header) > 1:
                raise InputError(
                    Text(
                        f"{there.count(header)} columns are called «{header}», which is to be {key}",
                        f"столбцов «{header}», указанных для {key}, {there.count(header)}",
                    ),
                    cure=Text("rename one of them", "переименуйте лишние"),
                    place=self.name,
                )
        found = headers.match(there, named, guess=True, means=self.profile.means if self.profile else None)
        columns = self._by_ids(self._by_results(found.columns))
        return found._replace(columns={key: place for key, place in columns.items() if key not in self._no_figures})

    @cached_property
    def profile(self) -> Profile | None:
        """Which export of a known platform it is."""
        return profiles.of(self.table.headers)

    @cached_property
    def _other_figures(self) -> list[Text]:
        """Columns that are called nearly like a field, and hold another figure."""
        found, columns = [], self.matching.columns
        for place in self.matching.ignored:
            header = self.table.headers[place]
            near = headers.other_figure(header)
            if near is not None and near.key not in columns:
                found.append(
                    Text(
                        f'{self.name}: «{header}» is not taken as {near.key}: its header says another figure; if it is one after all: --map "{near.key}={header}"',
                        f'{self.name}: «{header}» не взят как {near.key}: по заголовку это другой показатель; если это всё же он: --map "{near.key}={header}"',
                    )
                )
        return found

    @cached_property
    def _results(self) -> tuple[int, int] | None:
        """The places of results and of the column that says row by row what they are."""
        plain = [plainly(header) for header in self.table.headers]
        one, other = ([place for place, name in enumerate(plain) if name in names] for names in (profiles.RESULTS, profiles.INDICATORS))
        return (one[0], other[0]) if len(one) == len(other) == 1 else None

    def _by_results(self, columns: dict[str, int]) -> dict[str, int]:
        """The columns, and results as the fields that they may count, where no column of their own does."""
        if self._results is None:
            return columns
        return dict.fromkeys((key for key, _ in profiles.COUNTED if key not in columns), self._results[0]) | columns

    @cached_property
    def _ids(self) -> int | None:
        """The place of ids of leads, where no column counts leads, customers or orders: each row is one lead then."""
        return self._place_of(profiles.IDS_OF_LEADS)

    def _place_of(self, names_: Collection[str]) -> int | None:
        return next((place for place, header in enumerate(self.table.headers) if plainly(header) in names_), None)

    def _by_ids(self, columns: dict[str, int]) -> dict[str, int]:
        """The columns, and ids of leads as their count, where no column counts them."""
        if self._ids is None or self._ids in columns.values() or set(ONE_EACH) & columns.keys():
            return columns
        return columns | {"leads": self._ids}

    @property
    def has_ids_of_leads(self) -> bool:
        """Whether rows are leads or deals, told by their ids, and no column counts them."""
        counted = {key for key in ONE_EACH if key in self.matching.columns and self.matching.columns[key] != self._ids}
        return not counted and (self._ids is not None or self._place_of(profiles.IDS_OF_DEALS) is not None)

    @property
    def keys(self) -> frozenset[str]:
        told = {"channel"} if self.options.channel else set()
        return frozenset(self.matching.columns) | frozenset(self.matching.ambiguous) | told

    def blank_is_none(self, numbers: dict[str, nw.Expr]) -> dict[str, nw.Expr]:
        """The numbers of fields with 0 for blanks, where the platform or the user says that nothing happened there; a remark says so."""
        said = self.options.blank_is_zero & numbers.keys()
        events = (profiles.events(self.profile) if self.profile else frozenset()) & numbers.keys() - said
        if self._results is not None:  # a row of results of another kind says nothing of clicks, and says itself that there were no leads
            events -= {key for key, place in self.matching.columns.items() if place == self._results[0]}
        told = [numbers[key] for key in PAID if key in numbers]
        if not said and not (events and told):
            return numbers
        ran = nw.any_horizontal(*(~number.is_null() for number in told), ignore_nulls=True) if told else nw.lit(False)
        blanks = {key: numbers[key].is_null() & (nw.lit(True) if key in said else ran) for key in numbers if key in said or (key in events and told)}
        counts = dict(zip(blanks, self._asked(*(blank.cast(nw.Int64).sum() for blank in blanks.values())), strict=True))
        some = [key for key, count in counts.items() if _known(count)]
        if not some:
            return numbers
        listed = ", ".join(f"{key}: {counts[key]}" for key in some)
        who = (
            Text(f"blank cells mean none in exports of {self.profile.name.en}", f"в выгрузках {self.profile.name.ru} пустая ячейка значит 0")
            if (self.profile and not set(some) <= said)
            else Text("blank cells mean none, as was said", "пустая ячейка значит 0, как указано")
        )
        self.remarks.append(Text(f"{self.name}: {who.en}, counted as 0 ({listed})", f"{self.name}: {who.ru}, учтены как 0 ({listed})"))
        return numbers | {key: nw.when(~blanks[key]).then(numbers[key]).otherwise(nw.lit(0.0)) for key in some}

    def holds_shares(self, key: str, number: nw.Expr) -> bool:
        """Whether a column that should count holds fractions below 1 alone, or per cent: it is a rate that is called after what it is a share of."""
        most, least = map(_known, self._asked(number.max(), number.min()))
        if most is not None and least is not None and least >= 0 and 0 < most < 1:
            return True
        column = self.column(key)
        if self._schema[int(column)].is_numeric() and int(column) not in self.table.cells:
            return False
        return any(isinstance(value, str) and "%" in value for value in self._held_by(column).others)

    def must_be_no_micros(self, numbers: Mapping[str, nw.Expr]) -> None:
        """Refuse a spend in micros that nothing names: all values end in 0000, and a thousand impressions would cost over a million."""
        if not {"spend", "impressions"} <= numbers.keys() or self.factor("spend") != 1 or "spend" in self.options.scale:
            return
        spend = numbers["spend"]
        positive = nw.when(spend > 0).then(spend)
        found = self._asked(positive.min(), spend.sum(), numbers["impressions"].sum(), (spend % 10_000).max())
        least, total, shown, others = map(_known, found)
        if least and shown and total and not others and total / shown * 1000 > 1e6:
            raise InputError(
                Text(
                    f"the spend looks like micros of an API: {total:g} for {shown:g} impressions",
                    f"расход похож на micros из API: {total:g} за {shown:g} показов",
                ),
                cure=Text(
                    "say --scale spend=micros where a million is 1, --scale spend=1 where it counts as it stands",
                    "укажите --scale spend=micros, если миллион — это 1, или --scale spend=1, если считать как есть",
                ),
                place=self._in_column(self.column("spend")),
            )

    def settle_budget(self) -> None:
        """Do not add up budgets of days and of whole campaigns: a column beside them says which they are."""
        types = [place for place, header in enumerate(self.table.headers) if plainly(header) in profiles.BUDGET_TYPES]
        if not types or "budget" not in self.matching.columns or "budget" in self.options.columns:
            return
        self.take_all()
        kinds = [self.shown(str(types[0]), value) for value in self.distinct(str(types[0])) if value is not None]
        apart = [str(self.matching.columns[key]) for key in ("campaign", "date") if key in self.matching.columns]
        # a row without a day stands for many, and its daily budget for one of them
        daily = "date" in self.matching.columns and all(str(kind).strip().casefold() in profiles.DAILY for kind in kinds)
        frame = self.frame
        if not daily or not isinstance(frame, nw.DataFrame) or len(frame.select(apart).unique()) < len(frame):
            header = self.table.headers[self.matching.columns["budget"]]
            self.take_away(
                "budget",
                Text(
                    f"{self.name}: «{header}» is not used: daily budgets and those of whole campaigns cannot be added",
                    f"{self.name}: «{header}» не использован: дневные бюджеты и бюджеты кампаний нельзя складывать",
                ),
            )

    @property
    def profile_key(self) -> str:
        return self.profile.key if self.profile else ""

    @property
    def has_posts(self) -> bool:
        """Whether its rows are posts, which are told by their ids."""
        return "post" in self.matching.columns and not {"spend", "campaign"} & self.keys

    def is_text(self, place: int) -> bool:
        return place in self.table.cells or _is_text(self._schema[place])

    def leave_out_further(self, rows: Sequence[int]) -> None:
        """Leave out rows of a table in memory by their numbers, whatever is loaded next."""
        if rows:
            self.further.append(~nw.col(_ROW).is_in(list(rows)))

    def take_away(self, key: str, remark: Text) -> None:
        """Do not take a column as a field: what it holds is another figure."""
        self._no_figures.add(key)
        self.standing.append(remark)
        self.remarks.append(remark)
        del self.__dict__["matching"]

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
        needed = {place for key in keys if key in self.matching.columns for place in self._needed(key)}
        wanted = sorted(needed.union(self.name_columns))  # in which totals are looked for: else a file would be read once more
        self._filters.clear()
        self.remarks[:] = [*self.standing, *self._other_figures]
        self._told.clear()
        self._texts.clear()
        self._numbers.clear()
        self._take(wanted)
        self._leave_out_blank_rows()
        self._leave_out_totals()
        self._name_repeated()
        self._filters += self.further

    def _needed(self, key: str) -> tuple[int, ...]:
        """The places of the columns that a key is read from."""
        place = self.matching.columns[key]
        return self._results if self._results is not None and place == self._results[0] else (place,)

    def take_all(self) -> None:
        """Load the columns that are not loaded yet."""
        if len(self._there) < len(self.table.headers):
            self._take(None)

    def leave_out(self, rows: Sequence[int]) -> None:
        """Leave out rows of a table in memory by their numbers."""
        self._filters.append(~nw.col(_ROW).is_in(list(rows)))

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
        candidates = [expr for expr in (first, named) if expr is not None]
        if not candidates:
            return
        may_be = candidates[0] if len(candidates) == 1 else candidates[0] | candidates[1]
        if self._asked(may_be.any())[0]:
            which_rows.leave_out_totals(self, may_be)

    @property
    def name_columns(self) -> list[int]:
        """The places of columns that name what a row is about: dimensions and time, and text that is none of ours."""
        dims = [place for key, place in self.matching.columns.items() if key not in FIELDS_BY_KEY and key != "currency"]
        return sorted(dims)

    def _candidates(self) -> nw.Expr | None:
        """Rows that name a total in a column of names, and rows without any name."""
        said: nw.Expr | None = None
        nameless: nw.Expr | None = None
        others = [place for place in self.matching.ignored if _is_text(self._schema[place]) or place in self.table.cells]
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
            blank = self._is_blank(column)
            nameless = blank if nameless is None else nameless & blank
            if not self._asked(nameless.any())[0]:
                nameless = None
                break
        if nameless is None:
            return said
        return nameless if said is None else said | nameless

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
        if not _is_text(self._schema[int(column)]):
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

    # --- numbers ---

    def number(self, key: str) -> nw.Expr:
        """A field as floats, null where it is blank. Raises InputError with the place of what is no number."""
        if key not in self._numbers and self.matching.columns.get(key) == self._ids is not None:
            self._numbers[key] = self._each_once(key)
        if key not in self._numbers:
            try:
                self._numbers[key] = self._meant(key, self._number(FIELDS_BY_KEY[key], self.column(key)))
            except InputError as error:
                self._numbers[key] = error
        found = self._numbers[key]
        if isinstance(found, InputError):
            raise found
        return found

    def _each_once(self, key: str) -> nw.Expr:
        """1 for each id, and 0 where it stands again; a remark says so. Rows without an order count as often as they are there."""
        column = self.column(key)
        there = ~self._is_blank(column)
        header, name = self.table.headers[int(column)], self.name
        self.remarks.append(Text(f"{name}: each row with a «{header}» counts as one of {key}", f"{name}: каждая строка с «{header}» — одна единица {key}"))
        if not isinstance(self.frame, nw.DataFrame):
            return nw.when(there).then(nw.lit(1.0))
        first = nw.col(column).is_first_distinct()
        again = self._asked((there & ~first).cast(nw.Int64).sum())[0]
        if again:
            self.remarks.append(
                Text(f"{name}: ids that stand again in «{header}» count once: {again}", f"{name}: повторы в «{header}» учтены один раз: {again}")
            )
        return nw.when(there & first).then(nw.lit(1.0)).otherwise(nw.when(there).then(nw.lit(0.0)))

    def factor(self, key: str) -> float:
        """What the numbers of a column are multiplied by."""
        return self.options.scale.get(key, self.matching.factors.get(key, 1.0))

    def mark_of(self, key: str) -> str:
        """The decimal mark that a column was read with."""
        return self._marks.get(key, self.options.decimal or ".")

    def _meant(self, key: str, number: nw.Expr) -> nw.Expr:
        """The numbers of a column as figures of a field: results of its kind alone, multiplied by what the header says."""
        if self._results is not None and self.matching.columns[key] == self._results[0]:
            words = [word for field_, word in profiles.COUNTED if field_ == key]
            kinds = [kind for kind in self.distinct(str(self._results[1])) if kind is not None and kind == kind]
            mine = [kind for kind in kinds if any(word in str(self.shown(str(self._results[1]), kind)).casefold() for word in words)]
            if not mine:  # no row counts it, so nothing is known of it
                return nw.when(number.is_null() & ~number.is_null()).then(number)
            otherwise = nw.lit(None, nw.Float64) if key == "clicks" else nw.lit(0.0)
            return nw.when(nw.col(str(self._results[1])).is_in(mine)).then(number).otherwise(otherwise)
        factor = self.factor(key)
        return number if factor == 1 else number * nw.lit(factor)

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
        self._marks[given.key] = mark
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
        if code := currencies.of_header(header):
            found[code] = self._in_column(column)
        if not self._schema[int(column)].is_numeric() or int(column) in self.table.cells:
            signed: dict[str, list[object]] = {}
            for value in self._held_by(column).others:
                if isinstance(value, str) and (code := currencies.of_cell(value)):
                    signed.setdefault(code, []).append(value)
            for code in signed.keys() - found.keys():
                found[code] = self._places(column, self._equal(column, signed[code]))[0][0]
        return found

    # --- refusals ---

    def check_limits(self, key: str) -> None:
        """Refuse a number that the field may not be. Raises InputError with its place."""
        given, column, number = FIELDS_BY_KEY[key], self.column(key), self.number(key)
        low, high, low_allowed = given.limits.value
        if self.profile is not None and key in self.profile.net:
            low = -inf  # gained less lost, which is below zero on some days
        if given.has_credits:
            low = -inf
            self._name_credits(key, number)
        wrong = (number > high) | ((number < low) if low_allowed else (number <= low)) | (number == inf) | (number == -inf)
        if self._asked(wrong.any())[0]:
            self.refuse(column, wrong, given.limits.words, _cure(given))

    def _name_credits(self, key: str, number: nw.Expr) -> None:
        """Say that numbers below 0 were taken as what was given back."""
        below = nw.when(number < 0).then(number)
        count, total = self._asked(below.count(), below.sum())
        if count:
            name = Text(key, f"«{FIELDS_BY_KEY[key].name.ru}»")
            said = Text(
                f"{self.name}: rows with a negative {name.en} are credits and were added: {count:g} ({total:,.2f})",
                f"{self.name}: строки, где {name.ru} меньше нуля, учтены как возвраты: {count:g} ({total:,.2f})",
            )
            self.remarks += [said] if said not in self.remarks else []

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
        found = self.collected(frame.filter(wrong).select(_ROW, column)).sort(_ROW)
        rows, values = found[_ROW].to_list(), values_of(found[column])
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
        frame: Any = nw.from_native(native.with_row_index(_ROW))
        for wanted in self._filters:
            frame = frame.filter(wanted)
        return frame

    def shown(self, column: str, value: Any) -> object:
        place = int(column)
        return self.table.cells[place][int(value)] if place in self.table.cells and value is not None and value == value else value

    # --- names and days ---

    def labels(self, key: str, found: Sequence[Any]) -> list[str | None]:
        """What distinct cells of a dimension, as they stand in the frame, name; None for a blank one. Raises InputError for what is no name."""
        column = self.column(key)
        labels: list[str | None] = []
        rounded, wrong = list[Any](), list[Any]()
        for value in found:
            shown = None if value is None or value != value else self.shown(column, value)
            label = None
            if isinstance(shown, str) and names.is_unknown(shown):
                pass
            elif is_uncalculated(shown):
                wrong.append(value)
            elif (isinstance(shown, float) and abs(shown) >= 1e15) or (isinstance(shown, str) and _ROUNDED.fullmatch(shown.strip())):
                rounded.append(value)
            elif not (isinstance(shown, str) and not shown.strip()):
                try:
                    label = cells.text(shown)
                except CellError:
                    wrong.append(value)
            if key == "currency" and label is not None:
                label = currencies.code_of(label) or label  # usd and ₽ are USD and RUB
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
        shown = {value: self.shown(column, value) for value in found if value is not None and value == value}
        read = days.reader(key, shown.values(), self.options.dates)
        moments, wrong = {}, list[Any]()
        for value, cell in shown.items():
            try:
                moments[value] = None if is_blank(cell) else read(cell)
            except CellError:
                wrong.append(value)
        if wrong:
            self._refuse_days(key, column, wrong)
        if key == "date" and "date" not in self.options.columns and self._are_months({moment for moment in moments.values() if moment is not None}):
            moments = {value: moment and Moment(*periods.month_of(moment.first)[:2]) for value, moment in moments.items()}
        return moments

    def _are_months(self, own: Collection[Moment]) -> bool:
        """Whether days that are all the first of a month stand for months: two of them follow one another. A remark says so."""
        self.seen = frozenset(own)
        moments = self.seen.union(*(source.seen for source in self.beside))
        starts = sorted(moment.first for moment in moments)
        if len(starts) < 2 or any(periods.month_of(day).first != day for day in starts):
            return False
        if not any(periods.month_of(day).last + 1 == later for day, later in pairwise(starts)):
            return False
        self.remarks.append(
            Text(
                f"{self.name}: all dates are the first of a month, so they are taken as months; if they are days: --map date=COLUMN",
                f"{self.name}: все даты — первые числа месяцев, они приняты за месяцы; если это дни: --map date=СТОЛБЕЦ",
            )
        )
        return True

    def _refuse_days(self, key: str, column: str, wrong: Sequence[Any]) -> None:
        where = self._in_frame(column, wrong)
        (place, cell), *_ = self._places(column, where)
        if key != "period" and days.is_ambiguous(cell):
            raise InputError(
                Text(
                    f"«{cell}» can be read in two ways, and the column does not decide", f"«{cell}» можно прочитать двумя способами, и по столбцу не определить"
                ),
                cure=Text("say which comes first: --dates dmy or --dates mdy", "укажите, что идёт первым: --dates dmy (день) или --dates mdy (месяц)"),
                place=place,
            )
        if key != "period":
            accepted = Text("a date such as 2026-08-31 or 31.08.2026", "дата, например 31.08.2026 или 2026-08-31")
        else:
            accepted = Text("a month, quarter or year such as 2026-08, 2026-Q3, 2026", "месяц, квартал или год, например 2026-08, август 2026, 2026-Q3, 2026")
        self.refuse(column, where, accepted, days.why_not(cell))


def _is_text(dtype: nw.dtypes.DType) -> bool:
    return dtype == nw.String or dtype == nw.Categorical or dtype == nw.Enum


def _known(value: Any) -> float | None:
    """A fact of a column as a number, None for what libraries say of one in which nothing is known."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return None if number != number else number


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
