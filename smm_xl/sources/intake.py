"""The cells of a table as numbers, names and days, every refusal with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

import narwhals as nw

from smm_xl.catalog.kpi import Field, Limits
from smm_xl.catalog.registry import FIELDS_BY_KEY, plainly
from smm_xl.cells import cell as cells
from smm_xl.cells import currencies, names
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine.rows import Moment
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import days, profiles, texts, which_rows
from smm_xl.sources.loading import Loaded, Unfit, is_of_text
from smm_xl.sources.recognising import PAID
from smm_xl.sources.table import is_uncalculated, values_of
from smm_xl.sources.texts import MARKS, Texts, is_blank

COUNTED = ("likes", "comments", "reposts", "saves", "engagements", "views", "clicks", "followers_end", "followers_start")  # always whole numbers
_ROUNDED = re.compile(r"\d[.,]\d+E\+?1[5-9]", re.IGNORECASE)  # an id as a spreadsheet shows it


@dataclass(eq=False)
class Source(Loaded):
    """A table whose cells are read: how its columns are taken, its rows that are data, and what tells a reader where a cell of it stands."""

    beside: list[Source] = field(default_factory=list, init=False, repr=False)  # other files of the cabinet, whose days tell what the first of a month is
    seen: frozenset[Moment] = field(default=frozenset(), init=False)  # the days of the column of days
    currency: str | None = field(default=None, init=False)  # of all its rows, where no column tells it and a report asks for it
    _abbreviations: dict[str, tuple[Text, ...]] = field(default_factory=dict, init=False)
    _marks: dict[str, str] = field(default_factory=dict, init=False)

    def leave_out_totals_among(self, may_be: nw.Expr) -> None:
        which_rows.leave_out_totals(self, may_be)

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
                self.of_no_row.add(key)
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
        usable = held.usable(self._marks_of(given, held, marks), given)
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
        if is_of_text(dtype):
            return texts.numbers(self._text(column), mark, held.others, known)
        if not held.others:
            return nw.when(~cell.is_null()).then(nw.lit(0.0))  # a column of another kind, wholly blank; as long as the others, which a literal is not
        return cell.replace_strict(list(held.others), known, default=None, return_dtype=nw.Float64)

    def _marks_of(self, given: Field, held: Texts, marks: Sequence[str]) -> Sequence[str]:
        """The decimal marks that a column may have: 12,400 views are no 12.4 of them, but 12,400 thousand may be."""
        return held.marks_of_whole_numbers(marks) if given.is_whole and self.factor(given.key) == 1 else marks

    def _held_by(self, column: str) -> Texts:
        """What the cells of a column hold that is not numbers already."""
        if column in self._texts:
            return self._texts[column]
        place, dtype = int(column), self._schema[int(column)]
        if place in self.table.cells:
            present = {int(code) for code in self.distinct(column) if code is not None and code == code}
            found = texts.of_values(self.table.cells[place][code] for code in sorted(present))
        elif is_of_text(dtype):
            text = self._text(column)
            patterns = (texts.TWO_WAYS, *texts.MARKED.values())
            fractions = (text.str.contains(pattern).any() for pattern in texts.NO_WHOLE.values())
            one, two, *flags = self._asked(*fractions, *(texts.has(text, pattern).any() for pattern in patterns), texts.unread(text).any())
            two_ways, *marked, others = flags
            left = values_of(self.collected(self.frame.filter(texts.unread(text)).select(text.alias(column)).unique())[column]) if others else []
            no_whole = frozenset(mark for mark, has in zip(texts.NO_WHOLE, (one, two), strict=True) if has)
            found = Texts(bool(two_ways), frozenset(mark for mark, has in zip(texts.MARKED, marked, strict=True) if has), no_whole, tuple(sorted(left)))
        else:
            found = texts.of_values(self.distinct(column))
        self._texts[column] = found
        return found

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
            given, held = FIELDS_BY_KEY[key], beside._held_by(other)
            usable = held.usable(beside._marks_of(given, held, MARKS), given)
            if len(usable) == 1:
                marks |= usable.keys()
        return marks.pop() if len(marks) == 1 else None

    def blank_is_none(self, numbers: dict[str, nw.Expr]) -> dict[str, nw.Expr]:
        """The numbers of fields with 0 for blanks, where the platform or the user says that nothing happened there; a remark says so."""
        said = self.options.blank_is_zero & numbers.keys()
        events = (self.profile.events if self.profile else frozenset()) & numbers.keys() - said
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

    def take_no_words(self, fields: Sequence[str]) -> None:
        """Do not take a column that should count and holds words alone: comments may be what somebody wrote beside the figures. A remark says so."""
        for key in fields:
            if key in COUNTED and key in self.matching.columns and key not in self.options.columns and self._holds_words(key):
                header = self.table.headers[self.matching.columns[key]]
                self.take_away(
                    key,
                    Text(
                        f"{self.name}: «{header}» holds words and no number; it is not taken as {key}",
                        f"{self.name}: в «{header}» слова, а не числа; столбец не взят как {key}",
                    ),
                )

    def _holds_words(self, key: str) -> bool:
        column = self.column(key)
        cells = self.table.cells.get(int(column))
        if cells is None and not is_of_text(self._schema[int(column)]):
            return False
        held = self._held_by(column)
        if held.two_ways or held.marked or not held.others or any(sign.isdigit() for value in held.others for sign in str(value)):
            return False
        if cells is not None:
            return not any(_is_number(value) or re.match(texts.EITHER, str(value)) for value in cells)
        return not self._asked(self._text(column).str.contains(texts.EITHER).any())[0]

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

    def currency_of(self, money: Sequence[str]) -> str | None:
        """The one currency that the money of the table is told to be in, None for several; what cannot be read is left to whoever needs it."""
        found: dict[str, Text] = {}
        for key in money:
            with suppress(InputError):
                found = self.currencies(key) | found
        apart = currencies.apart(found)
        return apart[0] if len(apart) == 1 else None

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

    # --- names and days ---

    def labels(self, key: str, found: Sequence[Any]) -> list[str | None]:
        """What distinct cells of a dimension, as they stand in the frame, name; None for a blank one. Raises InputError for what is no name."""
        column = self.column(key)
        labels: list[str | None] = []
        rounded, wrong = list[Any](), list[Any]()
        for value in found:
            shown = None if value is None or value != value else self.shown(column, value)
            label = None
            if type(shown) is str and shown.isascii() and shown[:1].isalpha() and shown.casefold().strip() not in names.UNKNOWN:
                label = shown.strip()  # most names, of which there may be many
            elif isinstance(shown, str) and names.is_unknown(shown):
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
        if self._has_year(key):
            year, month = (self._as_words(int(place)) for place in (self.year or 0, column))
            return nw.concat_str(year.fill_null(""), month, separator=days.YEAR_AND_MONTH)
        if isinstance(dtype, nw.Datetime):
            # the day where the row was written down, not the one that it was in Greenwich
            cell = nw.col(column) if dtype.time_zone is None else nw.col(column).dt.replace_time_zone(None)
            return cell.dt.truncate("1d") if self._loaded.implementation.is_pandas_like() else cell.cast(nw.Date)
        return self.name_key(key)

    def _has_year(self, key: str) -> bool:
        """Whether the year of a month is read from a column beside it."""
        return key == "period" and self.year is not None

    def _as_words(self, place: int) -> nw.Expr:
        """The cells of a column as text."""
        cell, cells = nw.col(str(place)), self.table.cells.get(place)
        if cells is None:
            return cell.cast(nw.String)
        return cell.replace_strict(list(range(len(cells))), list(map(str, cells)), default=None, return_dtype=nw.String)

    def time_cells(self, key: str) -> list[Any]:
        """The cells of ``date`` or ``period``, row by row, as ``days`` reads them. For frames in memory."""
        return values_of(self.collected(self.frame.select(self.time_key(key).alias(key)))[key])

    def days(self, key: str, found: Sequence[Any]) -> dict[Any, Any]:
        """The moment of each distinct cell of the column of ``date`` or ``period``. Raises InputError for what is none."""
        column = self.column(key)
        known = [value for value in found if value is not None and value == value]
        shown = {value: value if self._has_year(key) else self.shown(column, value) for value in known}
        read = days.reader(key, shown.values(), self._order_of(key, shown.values()))
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

    def _order_of(self, key: str, found: Collection[object]) -> str | None:
        """The order of dates that the user says, or, where a column leaves it open, the one that the platform writes; a remark says so."""
        if self.options.dates or key == "period" or self.profile is None or not self.profile.dates or not days.order_is_open(found):
            return self.options.dates
        first = Text("month", "месяц") if self.profile.dates == "mdy" else Text("day", "день")
        said = Text(
            f"{self.name}: dates are read with the {first.en} first, as {self.profile.name.en} writes them; --dates says otherwise",
            f"{self.name}: в датах первым идёт {first.ru}, как пишет {self.profile.name.ru}; иначе — --dates",
        )
        self.remarks += [said] if said not in self.remarks else []
        return self.profile.dates

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
        where = self.time_key(key).is_in(list(wrong)) if self._has_year(key) else self._in_frame(column, wrong)
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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _known(value: Any) -> float | None:
    """A fact of a column as a number, None for what libraries say of one in which nothing is known."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return None if number != number else number


def _by_code(column: str, values: Sequence[float | None]) -> nw.Expr:
    return nw.col(column).replace_strict(list(range(len(values))), list(values), default=None, return_dtype=nw.Float64)


def _cure(given: Field) -> Text:
    if given.limits is Limits.FRACTION:
        return Text("write 0.4 or 40 %", "впишите 0,4 или 40 %")
    key = given.key
    return Text(
        f"correct the cell, leave it blank if unknown, or name another column: --map {key}=COLUMN",
        f"исправьте ячейку, оставьте её пустой, если значение неизвестно, или укажите другой столбец: --map {key}=СТОЛБЕЦ",
    )
