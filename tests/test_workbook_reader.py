"""A filled workbook is read back as it was written, and every problem is named by its sheet and cell."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from smm_xl.commands import report_of_book
from smm_xl.language import Text
from smm_xl.workbook import reader
from smm_xl.workbook.content import COUNTED_BY_CAMPAIGN, Filled
from smm_xl.workbook.demo import blank, demo
from smm_xl.workbook.schema import CAMPAIGNS, CHANNELS, EFFORT, INPUT_SHEETS, POSTS, TOP, VERSION, InputSheet
from smm_xl.workbook.template import build
from tests.books import scattered

Run = Callable[..., Result]
TODAY = dt.date(2026, 11, 24)
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")


@pytest.fixture(scope="module", params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def filled_in(tmp_path_factory: pytest.TempPathFactory, language: str) -> Path:
    """The demo, without empty rows."""
    path = tmp_path_factory.mktemp("books") / "filled.xlsx"
    build(demo(language), language, spare=False).pages.write(path)
    return path


def changed(path: Path, to: Path, cells: dict[tuple[InputSheet | str, str, int], Any]) -> Path:
    """A copy of a workbook with other values in cells: (sheet, key of the column, number of the row of data) or (sheet, cell, 0)."""
    book = openpyxl.load_workbook(path)
    russian = "Каналы" in book.sheetnames
    for (sheet, key, number), value in cells.items():
        if isinstance(sheet, str):
            book[sheet][key] = value
        else:
            book[sheet.name.ru if russian else sheet.name.en].cell(TOP + 2 + number, 2 + sheet.place(key)).value = value
    book.save(to)
    return to


def problems(path: Path) -> list[str]:
    book = reader.read(path, TODAY)
    return [problem.in_language(book.language) for problem in book.problems]


def test_what_was_written_is_read(filled_in: Path, language: str) -> None:
    book = reader.read(filled_in, TODAY)
    expected = demo(language)
    assert (book.language, book.version, book.problems, book.remarks) == (language, VERSION, [], [])
    assert book.filled.settings == expected.settings
    assert {key: list(rows) for key, rows in book.filled.rows.items()} == {key: list(rows) for key, rows in expected.rows.items()}
    assert list(book.filled.targets) == list(expected.targets)
    assert book.filled.funnel == expected.funnel
    assert (list(book.filled.tests), book.filled.size) == (list(expected.tests), expected.size)


@pytest.mark.parametrize("seed", [3, 4])
def test_holes_are_read_as_holes(tmp_path: Path, seed: int) -> None:
    expected = scattered(seed)
    build(expected, "en", spare=False).pages.write(tmp_path / "holes.xlsx")
    book = reader.read(tmp_path / "holes.xlsx", TODAY)
    assert book.filled.settings == expected.settings
    for sheet in INPUT_SHEETS:
        known = [row for row in expected.rows_of(sheet) if row]
        assert list(book.filled.rows_of(sheet)) == known


def test_an_empty_template_has_no_problems(tmp_path: Path) -> None:
    build(blank("ru"), "ru").pages.write(tmp_path / "empty.xlsx")
    book = reader.read(tmp_path / "empty.xlsx", TODAY)
    assert (book.problems, [list(rows) for rows in book.filled.rows.values()]) == ([], [[], [], [], []])


def test_what_was_found_and_the_cure_stand_apart() -> None:
    problem = reader.Problem("Каналы", "Y6", Text("«x» is not a number", "«x» — не число"), Text("write a number", "напишите число"))
    assert (problem.found.en, problem.cure.ru) == ("«x» is not a number", "напишите число")
    assert problem.in_language("ru") == "Каналы!Y6: «x» — не число; напишите число"


@pytest.mark.parametrize(
    ("sheet", "key", "value", "russian", "english"),
    [
        (CHANNELS, "spend", "12 тыс", "«12 тыс» — не число; напишите 12000", "«12 тыс» is not a number; write 12000"),
        (CHANNELS, "leads", "много", "«много» — не число; напишите число или оставьте ячейку пустой", "«много» is not a number; write a number, or leave the cell empty"),
        (CHANNELS, "clicks", -5, "-5 не подходит; напишите: ноль или положительное число", "-5 is not accepted here; write zero or a positive number"),
        (CHANNELS, "revenue", True, "«True» — не число; напишите число или оставьте ячейку пустой", "«True» is not a number; write a number, or leave the cell empty"),
        (CHANNELS, "period", "март", "«март» — не дата; напишите, например, 31.03.2026", "«март» is not a date; write it as 2026-03-31"),
        (CHANNELS, "period", None, "в строке с данными нет поля «Месяц»; заполните его или очистите строку", "«Month» is missing in a row with data; fill it in, or empty the row"),
        (CAMPAIGNS, "date", dt.datetime(2031, 1, 5), "05.01.2031 — дата из будущего; исправьте дату", "2031-01-05 lies in the future; mend the date"),
        (POSTS, "likes", "#REF!", "в ячейке ошибка #REF!; напишите число или оставьте ячейку пустой", "the cell shows the error #REF!; write a number, or leave the cell empty"),
        (EFFORT, "channel", None, "здесь не указан канал; укажите канал во всех строках листа или ни в одной", "the channel is missing here; give the channel in every row of this sheet or in none"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(filled_in: Path, language: str, tmp_path: Path, sheet: InputSheet, key: str, value: Any, russian: str, english: str) -> None:
    bad = changed(filled_in, tmp_path / "bad.xlsx", {(sheet, key, 3): value})
    name = sheet.name.in_language(language)
    place = openpyxl.utils.get_column_letter(2 + sheet.place(key))
    assert f"{name}!{place}{TOP + 5}: {russian if language == 'ru' else english}" in problems(bad)


def test_a_month_that_has_begun_is_no_future_and_a_day_after_today_is(tmp_path: Path) -> None:
    name = blank("ru").settings.channels[0]
    rows = {
        "channels": [{"period": dt.date(2026, 11, 30), "channel": name}, {"period": dt.date(2026, 12, 1), "channel": name}],
        "campaigns": [{"date": TODAY, "channel": name}, {"date": TODAY + dt.timedelta(1), "channel": name}],
    }
    build(Filled(blank("ru").settings, rows), "ru", spare=False).pages.write(tmp_path / "book.xlsx")
    assert problems(tmp_path / "book.xlsx") == [
        f"Каналы!B{TOP + 3}: 01.12.2026 — дата из будущего; исправьте дату",
        f"Кампании!B{TOP + 3}: 25.11.2026 — дата из будущего; исправьте дату",
    ]


def test_channels_are_those_of_the_list(filled_in: Path, language: str, tmp_path: Path) -> None:
    bad = changed(filled_in, tmp_path / "bad.xlsx", {(CHANNELS, "channel", 0): "Telegramm", (CHANNELS, "channel", 1): "telegram"})
    first, *others = problems(bad)
    assert ("может быть, «Telegram»?" if language == "ru" else "did you mean «Telegram»?") in first
    assert all("Telegramm" not in words for words in others), "another writing of capitals is the same channel"


def test_a_month_and_channel_stand_once(filled_in: Path, language: str, tmp_path: Path) -> None:
    rows = demo(language).rows["channels"]
    bad = changed(filled_in, tmp_path / "bad.xlsx", {(CHANNELS, "channel", 1): rows[0]["channel"]})
    found = reader.read(bad, TODAY).problems[0].found.in_language(language)
    assert found.endswith(f"уже есть в строке {TOP + 2}" if language == "ru" else f"stand in row {TOP + 2} already")


def test_what_can_hardly_be_is_a_warning(filled_in: Path, language: str, tmp_path: Path) -> None:
    odd = changed(filled_in, tmp_path / "odd.xlsx", {(CHANNELS, "leads", 0): 10_000_000, (CAMPAIGNS, "leads", 0): 10_000_000})
    book = reader.read(odd, TODAY)
    assert book.errors == []
    assert [problem.words.en.split(":")[0] for problem in book.problems] == ["leads above clicks"] * 2


def test_one_figure_of_the_site_in_a_month(filled_in: Path, language: str, tmp_path: Path) -> None:
    (found,) = problems(changed(filled_in, tmp_path / "bad.xlsx", {(CHANNELS, "all_visits", 1): 7}))
    assert ("one figure for the month" if language == "en" else "напишите одну цифру на весь месяц") in found


def test_sheets_that_tell_an_input_differently_are_a_warning(filled_in: Path, language: str, tmp_path: Path) -> None:
    book = reader.read(changed(filled_in, tmp_path / "odd.xlsx", {(CAMPAIGNS, "orders", 0): 9_000}), TODAY)
    (found,) = book.problems
    assert not found.is_error
    assert (found.sheet, found.cell) == (CAMPAIGNS.name.in_language(language), f"{openpyxl.utils.get_column_letter(2 + CAMPAIGNS.place('orders'))}5")
    assert ("adds up to" if language == "en" else "в сумме") in found.in_language(language)


def test_a_row_that_was_pasted_twice_is_a_warning(filled_in: Path, language: str, tmp_path: Path) -> None:
    row = demo(language).rows_of(EFFORT)[0]
    bad = changed(filled_in, tmp_path / "twice.xlsx", {(EFFORT, key, 1): row.get(key) for key in ("date", "channel", "task", "hours", "hourly_rate")})
    (found,) = reader.read(bad, TODAY).problems
    assert (found.cell, found.is_error) == (f"B{TOP + 3}", False)
    assert ("the same as row 6" if language == "en" else "строка та же, что 6") in found.in_language(language)


def test_a_row_of_totals_among_campaigns_is_an_error(filled_in: Path, language: str, tmp_path: Path) -> None:
    bad = changed(filled_in, tmp_path / "bad.xlsx", {(CAMPAIGNS, "campaign", 0): " Итого"})
    (found,) = reader.read(bad, TODAY).problems
    assert (found.cell, found.is_error) == (f"D{TOP + 2}", True)
    assert ("is a row of totals, which counts twice" if language == "en" else "строка итогов, она учтётся дважды") in found.in_language(language)


def test_a_post_that_stands_twice_with_other_figures_is_a_warning(filled_in: Path, language: str, tmp_path: Path) -> None:
    row = demo(language).rows_of(POSTS)[0]
    again: dict[tuple[InputSheet | str, str, int], Any] = {(POSTS, key, 1): row.get(key) for key in ("date", "channel", "post")}
    found = next(
        problem
        for problem in reader.read(changed(filled_in, tmp_path / "odd.xlsx", again), TODAY).problems
        if problem.sheet == POSTS.name.in_language(language)
    )
    assert (found.cell, found.is_error) == (f"D{TOP + 3}", False)
    assert ("stands in row 6 too, and counts twice" if language == "en" else "уже есть в строке 6 и учтена дважды") in found.in_language(language)


def test_fewer_posts_than_the_channel_had_are_no_warning(filled_in: Path, tmp_path: Path) -> None:
    assert problems(changed(filled_in, tmp_path / "fewer.xlsx", {(POSTS, "views", 0): 1})) == []
    (found,) = problems(changed(filled_in, tmp_path / "more.xlsx", {(POSTS, "views", 0): 10**9}))
    assert "▲" not in found


def test_a_row_after_the_date_of_the_data_is_named(filled_in: Path, language: str, tmp_path: Path) -> None:
    settings = "Настройки" if language == "ru" else "Settings"
    places = openpyxl.load_workbook(filled_in).defined_names["s_as_of"].attr_text.split("!")[1].replace("$", "")
    found = problems(changed(filled_in, tmp_path / "late.xlsx", {(settings, places, 0): dt.datetime(2026, 5, 31)}))
    rows = sum(
        1 for sheet in INPUT_SHEETS for row in demo(language).rows_of(sheet) for key in ("period", "date") if key in row and row[key] > dt.date(2026, 5, 31)
    )
    assert len(found) == rows > 0
    assert all(("later than the date of the data" if language == "en" else "позже даты данных") in line for line in found)


def test_an_unknown_kpi_on_the_dashboard_and_a_wrong_test_are_named(filled_in: Path, language: str, tmp_path: Path) -> None:
    names = openpyxl.load_workbook(filled_in).defined_names
    (settings, tile), (tests, first) = ((name.attr_text.replace("$", "").replace("'", "").split("!")) for name in (names["s_tile_2"], names["ab_successes_a"]))
    cells: dict[tuple[InputSheet | str, str, int], Any] = {(settings, tile, 0): "CLP", (tests, first.split(":")[0], 0): 5_000}
    found = problems(changed(filled_in, tmp_path / "bad.xlsx", cells))
    assert [line.split(":")[0] for line in found] == [f"{settings}!{tile}", f"{tests}!{first.split(':')[0]}"]
    assert "cpl" in found[0]
    assert "5000" in found[1]


def test_settings_are_checked(filled_in: Path, language: str, tmp_path: Path) -> None:
    page = "Настройки" if language == "ru" else "Settings"
    bad = changed(filled_in, tmp_path / "bad.xlsx", {(page, "C7", 0): 40, (page, "F6", 0): "VK*", (page, "C10", 0): "mine"})
    assert [words.split(":")[0] for words in problems(bad)] == [
        f"{page}!C10",
        f"{page}!F6",
        f"{page}!C7",
        *[words.split(":")[0] for words in problems(bad)[3:]],
    ]


def test_a_book_that_libreoffice_saved_is_read(filled_in: Path, language: str, tmp_path: Path, calc: Any) -> None:
    book = calc.remote.ask("open", path=str(filled_in))
    folder = calc.profile.parent
    calc.remote.ask("save", book=book, path=str(folder / f"saved_{language}.xlsx"))
    calc.remote.ask("close", book=book)
    read = reader.read(folder / f"saved_{language}.xlsx", TODAY)
    assert read.problems == []
    assert read.filled == demo(language)


# --- the commands ---------------------------------------------------------------------------------------------------


def test_template_check_and_report(run: Run, tmp_path: Path) -> None:
    assert run("template", "--demo", "--lang", "ru", "-o", "book.xlsx").exit_code == 0
    checked = run("check", "book.xlsx")
    assert (checked.exit_code, checked.stdout) == (0, "строк с данными: 654, ошибок: 0, замечаний: 0\n")
    before = (tmp_path / "book.xlsx").read_bytes()
    assert run("report", "book.xlsx", "-o", "report.xlsx").exit_code == 0
    assert (tmp_path / "book.xlsx").read_bytes() == before
    assert reader.read(tmp_path / "report.xlsx").filled == reader.read(tmp_path / "book.xlsx").filled
    assert "такой файл уже есть" in run("template", "-o", "book.xlsx", "--lang", "ru").stderr
    assert "это исходный файл" in run("report", "book.xlsx", "-o", "book.xlsx", "--force", "--lang", "ru").stderr


def test_long_work_says_what_it_does_and_an_open_book_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_of_book, "_LONG", 100)
    build(demo("ru"), "ru", spare=False).pages.write(tmp_path / "book.xlsx")
    (tmp_path / "~$book.xlsx").write_text("")
    assert run("check", "book.xlsx").stderr == "book.xlsx открыт в Excel: читается только сохранённое\n"
    said = run("report", "book.xlsx", "-o", "report.xlsx").stderr.splitlines()
    assert said == [
        "book.xlsx открыт в Excel: читается только сохранённое",
        "прочитано строк: 654; вычисляю формулы",
        "все показатели сошлись с расчётом; записываю",
        "записано: report.xlsx",
    ]


def test_check_ends_with_1_and_report_refuses(run: Run, filled_in: Path, language: str, tmp_path: Path) -> None:
    changed(filled_in, tmp_path / "bad.xlsx", {(CHANNELS, "spend", 0): "12 тыс"})
    checked = run("check", "bad.xlsx", "--format", "json")
    (found,) = json.loads(checked.stdout)["problems"]
    assert (checked.exit_code, found["cell"], found["severity"]) == (1, f"Y{TOP + 2}", "error")
    assert f"!Y{TOP + 2}: «12 тыс» is not a number; write 12000" in run("check", "bad.xlsx", "--lang", "en").stdout
    refused = run("report", "bad.xlsx", "-o", "report.xlsx", "--lang", "en")
    assert refused.exit_code == 2
    assert f"!Y{TOP + 2}: «12 тыс» is not a number; write 12000" in refused.stderr
    assert not (tmp_path / "report.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report", "book.xlsx"), "name the file to write"),
        (("report", "book.xlsx", "--by", "channel", "-o", "new.xlsx"), "--by: a workbook of the template says itself"),
        (("report", "book.xlsx", "--until", "common", "--from", "spend=x", "-o", "new.xlsx"), "--from, --until: a workbook of the template says itself"),
        (("report", "book.xlsx", "other.csv", "-o", "new.xlsx"), "a workbook of the template is reported alone"),
        (("report", "book.xlsx", "-o", "new.csv"), "let it end in .xlsx"),
        (("check", "other.csv"), "this is no readable Excel file"),
        (("check", "none.xlsx"), "there is no such file"),
        (("check", "plain.xlsx"), "was not made from our template"),
        (("template", "-o", "book.xls"), "let it end in .xlsx"),
        (("template", "-o", "none/book.xlsx"), "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, filled_in: Path, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    shutil.copy(filled_in, tmp_path / "book.xlsx")
    (tmp_path / "other.csv").write_text("spend,leads\n1,2\n")
    openpyxl.Workbook().save(tmp_path / "plain.xlsx")
    refused = run(*arguments, "--lang", "en")
    assert refused.exit_code == 2
    assert message in refused.stderr


def test_an_older_version_is_carried_over(run: Run, filled_in: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled_in)
    book.custom_doc_props["smm-xl template"].value = "1"
    for name in [name for name in book.defined_names if name.startswith(("s_tile_", "ab_", "n_"))]:  # what version 1 did not have
        del book.defined_names[name]
    book.save(tmp_path / "old.xlsx")
    done = run("report", "old.xlsx", "-o", "new.xlsx", "--lang", "en")
    assert "has version 1 of the template" in done.stderr
    new, old = reader.read(tmp_path / "new.xlsx"), reader.read(filled_in)
    assert new.version == VERSION
    assert new.filled == dataclasses.replace(old.filled, tests=[], size={"power": 0.8, "alpha": 0.05})


def test_a_column_that_an_older_version_did_not_have_is_empty(filled_in: Path, language: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled_in)
    book.custom_doc_props["smm-xl template"].value = "1"
    place = CHANNELS.place("all_visits")
    book[CHANNELS.name.in_language(language)].cell(TOP + 1, 2 + place).value = "Anything"
    book.save(tmp_path / "old.xlsx")
    old, new = reader.read(tmp_path / "old.xlsx"), reader.read(filled_in)
    without = [{key: value for key, value in row.items() if key != "all_visits"} for row in new.filled.rows["channels"]]
    assert old.filled.rows == {**new.filled.rows, "channels": without}
    assert f"the columns «{CHANNELS.columns[place].title.in_language(language)}» are missing and count as empty" in old.remarks[1].en


def test_a_sheet_or_column_that_is_gone_is_named(run: Run, filled_in: Path, language: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled_in)
    page = book[CHANNELS.name.in_language(language)]
    page.cell(TOP + 1, 2 + CHANNELS.place("spend")).value = "Anything"
    book.save(tmp_path / "bad.xlsx")
    assert f"columns «{CHANNELS.columns[CHANNELS.place('spend')].title.in_language(language)}» are missing" in run("check", "bad.xlsx", "--lang", "en").stderr
    del book[POSTS.name.in_language(language)]
    book[CHANNELS.name.in_language(language)].cell(TOP + 1, 2 + CHANNELS.place("spend")).value = "Ad spend"
    book.save(tmp_path / "bad2.xlsx")
    assert "no sheet «" in run("check", "bad2.xlsx", "--lang", "en").stderr


def test_leads_are_taken_from_where_the_setting_says(language: str) -> None:
    filled = demo(language)
    settings = type(filled.settings)(**{**filled.settings.__dict__, "leads_from": COUNTED_BY_CAMPAIGN})
    other = Filled(settings, filled.rows, filled.targets)
    assert (filled.home("leads"), other.home("leads"), other.home("spend")) == ("channels", "campaigns", "channels")
    assert "leads" not in other.tables()["channels"]
    assert "leads" in other.tables()["campaigns"]
