"""Reads a filled workbook back: the data, the settings, the targets, and every problem by its sheet and cell.

The file is only read. Our workbooks are known by a property that the builder writes; columns are found by their headings, so
that files that LibreOffice or Google Sheets saved are read too.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from smm_xl.catalog.kpi import Limits, Unit
from smm_xl.catalog.registry import folded
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import cell as cells
from smm_xl.cells import dates
from smm_xl.cells.cell import CellError
from smm_xl.cells.columns import address
from smm_xl.errors import InputError, UnknownName, did_you_mean, one_sentence
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import CAP, FLOOR
from smm_xl.workbook import stored
from smm_xl.workbook.content import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, DASHBOARD, NAMES_OF_COUNTS, Filled, Row, Settings
from smm_xl.workbook.schema import (
    AMBER,
    CHANNELS,
    FORMULAS_PROPERTY,
    FUNCTIONS,
    FUNNEL_INPUTS,
    GREEN,
    INPUT_SHEETS,
    LANGUAGE_PROPERTY,
    MOST_TESTS,
    NATIVE,
    OF_THE_SITE,
    ORDER,
    POSTS,
    PROPERTY,
    SIZE_INPUTS,
    TEST_COUNTS,
    TEST_NAME,
    TOTAL_WORDS,
    VERSION,
    Column,
    InputSheet,
    Kind,
    differ,
    twice_told,
)

_DAYS = (36526, 73051)  # serials from 2000 to 2099
_HEADINGS_WITHIN = 12  # rows
_RENAME = Text("give it another name, here and in the rows with data", "назовите его иначе, здесь и в строках с данными")
_NUMBER = Text("write a number, or leave the cell empty", "напишите число или оставьте ячейку пустой")
_LOOK = Text("check both figures", "проверьте обе цифры")
_ONE_ROW = Text("make one row of the two, or mend the month or the channel", "объедините строки или исправьте месяц или канал")


class Problem(NamedTuple):
    """Something wrong in a cell: what was found, and what to do about it. ``is_error``: it makes figures wrong; otherwise it is worth a look."""

    sheet: str
    cell: str
    found: Text
    cure: Text
    is_error: bool = True

    @property
    def words(self) -> Text:
        return one_sentence(self.found, self.cure)

    def in_language(self, language: str) -> str:
        return f"{self.sheet}!{self.cell}: {self.words.in_language(language)}"


@dataclass
class Book:
    """A workbook as it was read. ``remarks``: what a reader should know of the file itself."""

    filled: Filled
    language: str
    version: str
    formulas: str = NATIVE
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]


def is_ours(path: Path) -> bool:
    """Whether a file is a workbook of ours; quick, and False for everything that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return PROPERTY.encode() in archive.read("docProps/custom.xml")
    except (OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return False


def read(path: Path, today: dt.date | None = None) -> Book:
    """The content of a workbook of ours, with its problems. Raises InputError for a file that is none."""
    try:
        with warnings.catch_warnings():  # it says what it would lose in saving, and nothing is saved
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        raise InputError(
            Text("this is no readable Excel file", "это не читаемый файл Excel"),
            cure=Text("open it in Excel and save it as xlsx", "откройте его в Excel и сохраните как xlsx"),
            place=path,
        ) from None
    properties = {prop.name: str(prop.value) for prop in book.custom_doc_props.props}
    if PROPERTY not in properties:
        raise InputError(
            Text("this workbook was not made from our template", "эта книга сделана не из нашего шаблона"),
            cure=Text(
                "make one: smm-xl template -o FILE. Any other table is read by smm-xl report",
                "создайте её: smm-xl template -o ФАЙЛ. Любую другую таблицу читает smm-xl report",
            ),
            place=path,
        )
    return _Reading(path, book, properties, today or dt.date.today()).book


class _Reading:
    def __init__(self, path: Path, workbook: Any, properties: dict[str, str], today: dt.date) -> None:
        self.workbook, self.today = workbook, today
        self.formulas = stored.formulas(path, [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"])
        self.days: list[tuple[Any, int, int, dt.date]] = []  # of rows, with their sheets, rows and columns
        language = properties.get(LANGUAGE_PROPERTY, "en")
        flavour = FUNCTIONS if properties.get(FORMULAS_PROPERTY) == FUNCTIONS else NATIVE
        self.book = Book(Filled(), language if language in ("en", "ru") else "en", properties[PROPERTY], flavour)
        if self.book.version != VERSION:
            self.book.remarks.append(
                Text(
                    f"the workbook has version {self.book.version} of the template, this program makes {VERSION}; smm-xl report FILE -o NEW carries it over",
                    f"книга сделана по версии шаблона {self.book.version}, у программы {VERSION}; smm-xl report ФАЙЛ -o НОВЫЙ перенесёт её",
                )
            )
        settings = self._settings()
        self.book.filled = Filled(settings)  # sheets are checked against the settings
        rows = {sheet.key: self._rows(sheet) for sheet in INPUT_SHEETS}
        self.book.filled = Filled(settings, rows, self._targets(), self._funnel(), self._tests(), self._size())
        self._twice_told()
        self._days_agree()
        self._formulas_have_values()

    def _problem(self, sheet: Any, row: int, column: int, found: Text, cure: Text, *, is_error: bool = True) -> None:
        self.book.problems.append(Problem(sheet.title, address(row - 1, column - 1), found, cure, is_error))

    # --- settings ---

    def _named(self, name: str) -> tuple[Any, tuple[int, int, int, int]] | None:
        """The sheet and the bounds (left, top, right, bottom) of a defined name."""
        defined = self.workbook.defined_names.get(name)
        places = list(defined.destinations) if defined is not None else []
        if len(places) != 1 or places[0][0] not in self.workbook.sheetnames:
            return None
        return self.workbook[places[0][0]], range_boundaries(places[0][1].replace("$", ""))

    def _cell(self, name: str) -> tuple[Any, int, int, Any]:
        found = self._named(name)
        if found is None:
            raise InputError(
                Text(
                    f"the workbook has no cell named {name} any more: a sheet was deleted or renamed beyond repair",
                    f"в книге больше нет ячейки с именем {name}: лист удалён или повреждён",
                ),
                cure=Text("copy the data into a new template", "перенесите данные в новый шаблон"),
            )
        sheet, (left, top, _, _) = found
        return sheet, top, left, sheet.cell(top, left).value

    def _settings(self) -> Settings:
        number = self._setting_number
        sheet, row, column, typed = self._cell("s_leads_from")
        counts = {words.in_language(language): key for key, words in NAMES_OF_COUNTS.items() for language in ("en", "ru")}
        if typed not in counts:
            self._problem(sheet, row, column, Text(f"«{typed}» is not accepted", f"«{typed}» не подходит"), Text("choose from the list", "выберите из списка"))
        vat = self._cell("s_vat")[3]
        self._thresholds()
        return Settings(
            currency=str(self._cell("s_currency")[3] or ""),
            includes_vat=str(vat).casefold() in ("yes", "да"),
            channels=self._channels(),
            margin=number("s_margin", Limits.FRACTION),
            orders_per_customer=number("s_orders_per_customer", Limits.NOT_NEGATIVE),
            hourly_rate=number("s_hourly_rate", Limits.NOT_NEGATIVE),
            leads_from=COUNTED_BY_CAMPAIGN if counts.get(typed) == COUNTED_BY_CAMPAIGN else COUNTED_BY_CHANNEL,
            green=number("s_green", Limits.NOT_NEGATIVE, GREEN),
            amber=number("s_amber", Limits.NOT_NEGATIVE, AMBER),
            bonus=number("s_bonus", Limits.NOT_NEGATIVE),
            cap=number("s_cap", Limits.NOT_NEGATIVE, CAP),
            floor=number("s_floor", Limits.NOT_NEGATIVE, FLOOR),
            as_of=self._setting_day("s_as_of"),
            first=self._setting_day("p_from"),
            last=self._setting_day("p_to"),
            tiles=DASHBOARD if self._is_older_than("s_tile_1") else tuple(self._tile(number) for number in range(1, len(DASHBOARD) + 1)),
            client="" if self._is_older_than("s_client") else str(self._cell("s_client")[3] or ""),
        )

    def _thresholds(self) -> None:
        """Both thresholds of the status are needed, and in their order: without them all targets would seem to be reached."""
        both = [self._cell(name) for name in ("s_green", "s_amber")]
        for (sheet, row, column, value), usual in zip(both, (GREEN, AMBER), strict=True):
            if _is_blank(value):
                self._problem(
                    sheet,
                    row,
                    column,
                    Text("a threshold of the status is blank", "порог статуса не заполнен"),
                    Text(f"write {usual:.0%}", f"напишите {usual:.0%}"),
                )
        green, amber = (value for *_, value in both)
        if isinstance(green, int | float) and isinstance(amber, int | float) and amber > green:
            sheet, row, column, _ = both[1]
            above = Text("«at risk» begins above «on plan»", "«риск» начинается выше, чем «в плане»")
            self._problem(sheet, row, column, above, Text("exchange the two thresholds", "поменяйте пороги местами"))

    def _days_agree(self) -> None:
        """The period lies where the data is, and no date of a row lies years away from the others."""
        filled = self.book.filled
        for page, row, column, day in self.days:
            if filled.is_far_off(day):
                far = Text(f"{day:%Y-%m-%d} lies years away from the other dates", f"{day:%d.%m.%Y} на годы отличается от остальных дат")
                self._problem(page, row, column, far, Text("mend the date", "исправьте дату"))
        first, last = filled.settings.first, filled.settings.last
        latest = max((day for *_, day in self.days if not filled.is_far_off(day)), default=None)
        end = last or latest
        if first is not None and end is not None and first > dates.last_of_month(end):
            after = Text(f"the period begins on {first:%Y-%m-%d}, after its end", f"период начинается {first:%d.%m.%Y}, позже своего конца")
            self._problem(*self._cell("p_from")[:3], after, Text("exchange the two months", "поменяйте месяцы местами"))
        elif last is not None and latest is not None and dates.last_of_month(latest) < dates.first_of_month(min(first or last, last)):
            beyond = Text(
                f"the data ends in {latest:%Y-%m}, before the period begins: the dashboard is empty",
                f"данные кончаются {latest:%m.%Y}, раньше начала периода: дашборд пуст",
            )
            self._problem(*self._cell("p_to")[:3], beyond, Text("choose another period, or fill in the data", "выберите другой период или внесите данные"))

    def _formulas_have_values(self) -> None:
        """What is typed in may be a formula, but it has to be worked out; what is worked out has to be one."""
        saved = Text("open the workbook in Excel or LibreOffice and save it", "откройте книгу в Excel или LibreOffice и сохраните")
        for sheet in INPUT_SHEETS:
            page = self._page(sheet)
            formulas = self.formulas[page.title]
            head, places = self._headings(sheet, page)
            typed = set(places.values())
            for (row, column), has_value in formulas.items():
                if row > head and column in typed and not has_value:
                    self._problem(page, row, column, Text("a formula without a value counts as blank", "у формулы нет значения, она считается пустой"), saved)
            self._rows_have_formulas(sheet, page, head, typed, formulas)
        for name in [name for name in self.workbook.defined_names if name.startswith(("s_", "p_from", "p_to"))]:
            found = self._named(name)
            if found is not None and found[0].title in self.formulas:
                page, (column, row, *_) = found
                if self.formulas[page.title].get((row, column)) is False:
                    self._problem(page, row, column, Text("a formula without a value counts as blank", "у формулы нет значения, она считается пустой"), saved)

    def _rows_have_formulas(self, sheet: InputSheet, page: Any, head: int, typed: set[int], formulas: stored.Formulas) -> None:
        """A row that was inserted, or typed below the table, has no formulas and is in no figure; one that was typed over is wrong."""
        worked = {column.title.in_language(language) for column in sheet.columns if column.kind in (Kind.HELPER, Kind.CHECK) for language in ("en", "ru")}
        columns = [column for column in range(1, page.max_column + 1) if page.cell(head, column).value in worked]
        table = page.tables.get(sheet.table)
        bottom = range_boundaries(table.ref)[3] if table is not None else page.max_row
        down = Text("fill the formulas down from the row above", "протяните формулы из строки выше")
        for number, values in enumerate(page.iter_rows(min_row=head + 1, values_only=True), start=head + 1):
            if all(_is_blank(values[column - 1]) for column in typed):
                continue
            if number > bottom:
                below = Text("the row stands below the table, and no formula of the workbook sees it", "строка стоит под таблицей, и формулы книги её не видят")
                self._problem(page, number, min(typed), below, Text("drag the corner of the table down to it", "растяните таблицу за угол до этой строки"))
            elif lost := [column for column in columns if (number, column) not in formulas]:
                place = f"{address(number - 1, lost[0] - 1)}"
                found = (
                    Text(f"no formula stands in {place}", f"в {place} нет формулы")
                    if len(lost) < len(columns)
                    else Text("the row has no formulas", "в строке нет формул")
                )
                self._problem(page, number, lost[0] if len(lost) < len(columns) else min(typed), found, down)

    def _is_older_than(self, name: str) -> bool:
        """Whether the book was made before its version had a cell of this name."""
        return self.book.version != VERSION and name not in self.workbook.defined_names

    def _tile(self, number: int) -> str:
        """The key of a KPI on the dashboard."""
        sheet, row, column, value = self._cell(f"s_tile_{number}")
        if _is_blank(value):
            return ""
        try:
            return kpi_named(str(value)).key
        except UnknownName as error:
            self._problem(sheet, row, column, error.found, error.cure)
            return ""

    def _setting_number(self, name: str, limits: Limits, default: Any = None) -> Any:
        sheet, row, column, value = self._cell(name)
        read = self._number(sheet, row, column, value, limits)
        return default if read is None else read

    def _setting_day(self, name: str) -> dt.date | None:
        sheet, row, column, value = self._cell(name)
        return None if value is None else self._day(sheet, row, column, value)

    def _channels(self) -> tuple[str, ...]:
        listed = self._named("channel_list")
        if listed is None:
            return ()
        sheet, (left, top, _, bottom) = listed
        named: list[str] = []
        for row in range(top, bottom + 1):
            value = sheet.cell(row, left).value
            if value is None:
                continue
            text = str(value)
            if text != text.strip() or text[:1] in "<>=" or any(sign in text for sign in "*?~§"):
                found = Text(
                    f"«{text}»: a channel may not begin or end with a blank, begin with < > =, nor hold * ? ~ §",
                    f"«{text}»: название канала не может начинаться или кончаться пробелом, начинаться с < > = и содержать * ? ~ §",
                )
                self._problem(sheet, row, left, found, _RENAME)
            if folded(text) in map(folded, named):
                self._problem(sheet, row, left, Text(f"the channel «{text}» stands twice", f"канал «{text}» указан дважды"), Text("leave one", "оставьте один"))
            named.append(text)
        return tuple(named)

    # --- input sheets ---

    def _page(self, sheet: InputSheet) -> Any:
        for language in (self.book.language, "en", "ru"):
            if sheet.name.in_language(language) in self.workbook.sheetnames:
                return self.workbook[sheet.name.in_language(language)]
        raise InputError(
            Text(
                f"the workbook has no sheet «{sheet.name.in_language(self.book.language)}»", f"в книге нет листа «{sheet.name.in_language(self.book.language)}»"
            ),
            cure=Text("undo its renaming or deletion", "верните ему имя или восстановите его"),
        )

    def _headings(self, sheet: InputSheet, page: Any) -> tuple[int, dict[str, int]]:
        """The row of the headings, and the columns of the inputs by their keys; a book of an older version may lack some that hold numbers."""
        titles = {folded(column.title.in_language(language)): column.key for column in sheet.inputs for language in ("en", "ru")}
        for number, row in enumerate(page.iter_rows(min_row=1, max_row=_HEADINGS_WITHIN, values_only=True), start=1):
            found = {titles[folded(value)]: place for place, value in enumerate(row, start=1) if isinstance(value, str) and folded(value) in titles}
            if len(found) * 2 > len(sheet.inputs):
                if absent := [
                    column for column in sheet.inputs if column.key not in found and not (column.kind is Kind.NUMBER and self.book.version != VERSION)
                ]:
                    raise InputError(
                        self._missing(absent),
                        cure=Text(
                            "undo their deletion or renaming, a column that you do not need may stay empty",
                            "верните их или их названия, ненужный столбец можно оставить пустым",
                        ),
                        place=Text(f"sheet «{page.title}»", f"лист «{page.title}»"),
                    )
                return number, found
        raise InputError(
            Text("the row of headings was not found", "не найдена строка заголовков"),
            cure=Text("copy the sheet from a new workbook: smm-xl template", "скопируйте лист из новой книги: smm-xl template"),
            place=Text(f"sheet «{page.title}»", f"лист «{page.title}»"),
        )

    def _missing(self, columns: Sequence[Column]) -> Text:
        names = ", ".join(f"«{column.title.in_language(self.book.language)}»" for column in columns)
        return Text(f"the columns {names} are missing", f"нет столбцов {names}")

    def _rows(self, sheet: InputSheet) -> list[Row]:
        page = self._page(sheet)
        head, places = self._headings(sheet, page)
        if absent := [column for column in sheet.inputs if column.key not in places]:
            said = self._missing(absent)
            self.book.remarks.append(
                Text(
                    f"sheet «{page.title}»: {said.en} and count as empty, the book is older",
                    f"лист «{page.title}»: {said.ru}, они считаются пустыми: книга старее",
                )
            )
        found: list[Row] = []
        seen: dict[tuple[object, ...], int] = {}
        copies: dict[tuple[object, ...], int] = {}
        posts: dict[tuple[object, ...], int] = {}
        for number, values in enumerate(page.iter_rows(min_row=head + 1, values_only=True), start=head + 1):
            given = {key: values[place - 1] for key, place in places.items() if place <= len(values)}
            if all(_is_blank(value) for value in given.values()):
                continue
            row = self._row(sheet, page, number, places, given)
            found.append(row)
            if sheet is not CHANNELS and (first := copies.setdefault(tuple(given.values()), number)) != number:
                same = Text(f"the row is the same as row {first}: pasted twice?", f"строка та же, что {first}: вставлена дважды?")
                self._problem(page, number, places["date"], same, Text("delete it if it is a copy", "если это копия, удалите её"), is_error=False)
            if sheet is POSTS and row.get("post"):
                same_post = (row.get("date"), folded(str(row.get("channel"))), row["post"])
                if (first := posts.setdefault(same_post, number)) != number and copies[tuple(given.values())] == number:
                    again = Text(f"the post stands in row {first} too, and counts twice", f"публикация уже есть в строке {first} и учтена дважды")
                    self._problem(page, number, places["post"], again, Text("leave the later row", "оставьте более позднюю строку"), is_error=False)
            if sheet is CHANNELS and "period" in row and "channel" in row:
                key = (dates.first_of_month(row["period"]), folded(row["channel"]))
                if key in seen:
                    twice = Text(f"this month and channel stand in row {seen[key]} already", f"этот месяц и канал уже есть в строке {seen[key]}")
                    self._problem(page, number, places["channel"], twice, _ONE_ROW)
                seen.setdefault(key, number)
        self._told_by_all_or_none(sheet, page, head, places)
        self._one_figure_for_the_site(sheet, page, head, places)
        return found

    def _row(self, sheet: InputSheet, page: Any, number: int, places: dict[str, int], given: dict[str, Any]) -> Row:
        row: Row = {}
        for column in (column for column in sheet.inputs if column.key in places):
            value, place = given.get(column.key), places[column.key]
            if _is_blank(value):
                if column.needed:
                    name = column.title
                    missing = Text(f"«{name.en}» is missing in a row with data", f"в строке с данными нет поля «{name.ru}»")
                    self._problem(page, number, place, missing, Text("fill it in, or empty the row", "заполните его или очистите строку"))
                continue
            read = self._value(column, page, number, place, value)
            if read is not None:
                row[column.key] = read
        for small, large, words in ORDER:
            if isinstance(row.get(small), float) and isinstance(row.get(large), float) and row[small] > row[large]:
                unlikely = Text(f"{words.en}: {row[small]:.15g} and {row[large]:.15g}", f"{words.ru}: {row[small]:.15g} и {row[large]:.15g}")
                self._problem(page, number, places[small], unlikely, _LOOK, is_error=False)
        return row

    def _value(self, column: Column, page: Any, number: int, place: int, value: Any) -> Any:
        if column.kind is Kind.NUMBER:
            return self._number(page, number, place, value, column.field.limits_in_rows)
        if column.kind in (Kind.MONTH, Kind.DAY):
            day = self._day(page, number, place, value, latest=dates.last_of_month(self.today) if column.kind is Kind.MONTH else self.today)
            if day is not None:
                self.days.append((page, number, place, day))
            return day
        text = str(value)
        if column.key == "campaign" and text.strip().casefold() in TOTAL_WORDS:
            total = Text(f"«{text}» is a row of totals, which counts twice", f"«{text}» — строка итогов, она учтётся дважды")
            self._problem(page, number, place, total, Text("take the row out", "уберите строку"))
        if column.kind is Kind.CHANNEL:
            known = {folded(name): name for name in self.book.filled.settings.channels}
            if folded(text) not in known or text != text.strip():
                near = did_you_mean(text, list(known.values()))
                listed = ", ".join(known.values())
                hint = Text(f"did you mean «{near}»?", f"может быть, «{near}»?") if near else Text(f"listed are {listed}", f"в списке: {listed}")
                unknown = Text(f"the channel «{text}» is not in the list of Settings", f"канала «{text}» нет в списке на листе «Настройки»")
                self._problem(page, number, place, unknown, hint)
                return text
            return known[folded(text)]
        return text

    def _number(self, page: Any, row: int, column: int, value: Any, limits: Limits) -> float | None:
        if _is_blank(value):
            return None
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
            self._problem(page, row, column, Text(f"«{value}» is not a number", f"«{value}» — не число"), _NUMBER)
            return None
        if isinstance(value, str):
            self._text_for_number(page, row, column, value)
            return None
        lowest, highest, includes = limits.value
        if not (lowest <= value if includes else lowest < value) or value > highest:
            shown = f"{value:.15g}"
            cure = Text(f"write {limits.words.en}", f"напишите: {limits.words.ru}")
            self._problem(page, row, column, Text(f"{shown} is not accepted here", f"{shown} не подходит"), cure)
            return None
        return float(value)

    def _text_for_number(self, page: Any, row: int, column: int, value: str) -> None:
        if value.startswith("#"):
            self._problem(page, row, column, Text(f"the cell shows the error {value}", f"в ячейке ошибка {value}"), _NUMBER)
            return
        try:
            meant = f"{cells.number_in(value, imported=True):.15g}"
        except CellError:
            meant = ""
        cure = Text(f"write {meant}", f"напишите {meant.replace('.', ',')}") if meant else _NUMBER
        self._problem(page, row, column, Text(f"«{value}» is not a number", f"«{value}» — не число"), cure)

    def _day(self, page: Any, row: int, column: int, value: Any, *, latest: dt.date | None = None) -> dt.date | None:
        """A date; ``latest``: of data, the last day that lies not in the future."""
        day: dt.date | None = None
        if isinstance(value, dt.datetime):
            day = value.date()
        elif isinstance(value, dt.date):
            day = value
        elif isinstance(value, int | float) and not isinstance(value, bool) and _DAYS[0] <= value < _DAYS[1]:
            day = dt.date.fromordinal(dates.ordinal_of(value))
        if day is None:
            cure = Text("write it as 2026-03-31", "напишите, например, 31.03.2026")
            self._problem(page, row, column, Text(f"«{value}» is not a date", f"«{value}» — не дата"), cure)
        elif latest is not None and day > latest:
            future = Text(f"{day:%Y-%m-%d} lies in the future", f"{day:%d.%m.%Y} — дата из будущего")
            self._problem(page, row, column, future, Text("mend the date", "исправьте дату"))
        elif latest is not None and (as_of := self.book.filled.settings.as_of) is not None and day > as_of:
            later = Text(
                f"{day:%Y-%m-%d} is later than the date of the data in Settings, {as_of:%Y-%m-%d}",
                f"{day:%d.%m.%Y} позже даты данных на листе «Настройки», {as_of:%d.%m.%Y}",
            )
            self._problem(page, row, column, later, Text("mend one of them", "исправьте одно из двух"))
        return day

    def _told_by_all_or_none(self, sheet: InputSheet, page: Any, head: int, places: dict[str, int]) -> None:
        """Rows with and without a channel in one sheet cannot be told by channel: refuse the mixture where a channel may be left out."""
        if any(column.key == "channel" and column.needed for column in sheet.columns):
            return
        rows = [
            (number, values[places["channel"] - 1])
            for number, values in enumerate(page.iter_rows(min_row=head + 1, values_only=True), start=head + 1)
            if not all(_is_blank(values[place - 1]) for place in places.values())
        ]
        blank = [number for number, value in rows if _is_blank(value)]
        if blank and len(blank) < len(rows):
            cure = Text("give the channel in every row of this sheet or in none", "укажите канал во всех строках листа или ни в одной")
            self._problem(page, blank[0], places["channel"], Text("the channel is missing here", "здесь не указан канал"), cure)

    def _one_figure_for_the_site(self, sheet: InputSheet, page: Any, head: int, places: dict[str, int]) -> None:
        """Figures of the whole site stand beside every channel, and are the same in all rows of a month."""
        if sheet is not CHANNELS:
            return
        seen: dict[tuple[str, dt.date], float] = {}
        for number, values in enumerate(page.iter_rows(min_row=head + 1, values_only=True), start=head + 1):
            day = values[places["period"] - 1]
            if not isinstance(day, dt.datetime):
                continue
            for key in (key for key in OF_THE_SITE if key in places):
                found, month = values[places[key] - 1], dates.first_of_month(day.date())
                if not isinstance(found, int | float) or seen.setdefault((key, month), found) == found:
                    continue
                title, other = sheet.columns[sheet.place(key)].title, seen[key, month]
                differs = Text(
                    f"«{title.en}» is {found:.15g} here and {other:.15g} in another row of this month",
                    f"«{title.ru}» здесь {found:.15g}, а в другой строке этого месяца {other:.15g}",
                )
                self._problem(page, number, places[key], differs, Text("write one figure for the month", "напишите одну цифру на весь месяц"))

    def _funnel(self) -> dict[str, float]:
        found = {
            key: self._setting_number(f"g_{key}", Limits.FRACTION if unit is Unit.SHARE else Limits.NOT_NEGATIVE) for key, (_, unit, _) in FUNNEL_INPUTS.items()
        }
        return {key: value for key, value in found.items() if value is not None}

    def _tests(self) -> list[Row]:
        """The A/B tests, one in each row; rows without anything are left out."""
        found: list[Row] = []
        if self._is_older_than(f"ab_{TEST_NAME}"):
            return found
        sheet, top, left, _ = self._cell(f"ab_{TEST_NAME}")
        for row in range(top, top + MOST_TESTS):
            made: Row = {}
            for column, key in enumerate((TEST_NAME, *TEST_COUNTS), start=left):
                value = sheet.cell(row, column).value
                if key == TEST_NAME:
                    read: Any = None if _is_blank(value) else str(value)
                else:
                    read = self._number(sheet, row, column, value, Limits.NOT_NEGATIVE)
                if read is not None:
                    made[key] = read
            for wins, trials, column in (("successes_a", "trials_a", 2), ("successes_b", "trials_b", 4)):
                if wins in made and trials in made and made[wins] > made[trials]:
                    shown = f"{made[wins]:.15g}", f"{made[trials]:.15g}"
                    more = Text("more successes than trials: {} of {}".format(*shown), "успехов больше, чем попыток: {} из {}".format(*shown))
                    self._problem(sheet, row, left + column, more, Text("mend one of them", "исправьте одно из двух"))
            if made:
                found.append(made)
        return found

    def _size(self) -> dict[str, float]:
        if self._is_older_than("n_base_rate"):
            return {}
        found = {key: self._setting_number(f"n_{key}", limits) for key, (_, limits, _) in SIZE_INPUTS.items()}
        return {key: value for key, value in found.items() if value is not None}

    def _twice_told(self) -> None:
        """Inputs that two sheets tell differently: one of them counts, and the reader has to know."""
        filled = self.book.filled
        if self.book.errors:  # the totals of wrong data say nothing
            return
        for key, sheets in twice_told():
            if not all(filled.holds(sheet, key) for sheet in sheets):
                continue
            totals = {sheet.key: sum(row[key] for row in filled.rows_of(sheet) if key in row) for sheet in sheets}
            if not differ(*totals.values(), of_posts=POSTS in sheets):
                continue
            other = next(sheet for sheet in sheets if sheet.key != filled.home(key))
            counts = next(sheet for sheet in sheets if sheet is not other)
            page = self._page(other)
            head, places = self._headings(other, page)
            title, home = other.columns[other.place(key)].title, counts.name
            where = home.in_language(self.book.language)
            apart = Text(
                f"«{title.en}» adds up to {totals[other.key]:.15g} here and to {totals[counts.key]:.15g} on the sheet «{where}», which counts",
                f"«{title.ru}» здесь в сумме {totals[other.key]:.15g}, а на листе «{where}», который идёт в расчёт, — {totals[counts.key]:.15g}",
            )
            self._problem(page, head, places[key], apart, Text("check which is right", "проверьте, где верно"), is_error=False)

    # --- targets ---

    def _targets(self) -> list[Row]:
        found = {
            key: self._named(f"t_{name}")
            for key, name in (("kpi", "kpi"), ("target", "month_target"), ("weight", "weight"), ("base", "base"), ("comment", "comment"))
        }
        if found["kpi"] is None or found["target"] is None:
            return []
        sheet, (_, top, _, bottom) = found["kpi"]
        targets: list[Row] = []
        for row in range(top, bottom + 1):
            values = {key: (place[1][0], sheet.cell(row, place[1][0]).value) for key, place in found.items() if place is not None}
            if all(_is_blank(value) for key, (_, value) in values.items() if key != "kpi"):
                continue
            try:
                made: Row = {"kpi": kpi_named(str(values["kpi"][1])).key}
            except UnknownName as error:
                self._problem(sheet, row, values["kpi"][0], error.found, error.cure)
                continue
            for key, limits in (("target", Limits.ANY), ("weight", Limits.NOT_NEGATIVE), ("base", Limits.ANY)):
                read = self._number(sheet, row, *values[key], limits)
                if read is not None:
                    made[key] = read
            if not _is_blank(values["comment"][1]):
                made["comment"] = str(values["comment"][1])
            targets.append(made)
        return targets


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def lines(problems: Sequence[Problem], language: str) -> Iterator[str]:
    """Problems for people, errors first."""
    for problem in sorted(problems, key=lambda problem: not problem.is_error):
        yield f"{look.ERROR if problem.is_error else look.REMARK} {problem.in_language(language)}"
