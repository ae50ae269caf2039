"""Files that no profile knows, as people have them: each is read rightly, or refused with its place and a cure. None gives a wrong number without a word."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from tests.test_cases import ran, same

JANUARY, FEBRUARY = dt.datetime(2026, 1, 1), dt.datetime(2026, 2, 1)  # as a spreadsheet holds days
HEAD = ["Дата", "Канал", "Расход", "Клики"]


class Book(NamedTuple):
    """An xlsx: the rows of its sheets by name, merged cells of the first one, its hidden rows, hidden sheets."""

    sheets: Mapping[str, Sequence[Sequence[object]]]
    merged: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden_sheets: Sequence[str] = ()


class Odd(NamedTuple):
    """A file (bytes and text are a CSV), what is right in the total (None: unknown), options, words of notes or of the refusal."""

    content: str | bytes | Book
    total: Mapping[str, float | None] = {}
    args: Sequence[str] = ()
    says: Sequence[str] = ()
    refuses: Sequence[str] = ()


def sheet(*rows: Sequence[object], merged: Sequence[str] = (), hidden_rows: Sequence[int] = ()) -> Book:
    return Book({"Лист1": rows}, merged, hidden_rows)


WIDE = ("wide table", "needed is one row for each period and channel", "--header-row")
TOTALS = ("--totals drop",)
TWO_GROUPS = "А;1000;10;5,5;1\nБ;2000;20;7,5;2\n"

ODD: dict[str, Odd] = {
    # two header rows
    "groups above, names of days merged downwards": Odd(
        "Дата;Кампания;Охват и клики;;Деньги\n;;Показы;Клики;Расход\n01.02.2026;А;1000;10;5,5\n02.02.2026;Б;2000;20;7,5\n",
        {"spend": 13, "clicks": 30, "impressions": 3000}, ("--by", "month"), ("2 header rows were read as one",),
    ),
    "the same in merged cells": Odd(
        sheet(
            ["Дата", "Кампания", "Охват и клики", None, "Деньги"], [None, None, "Показы", "Клики", "Расход"], ["01.02.2026", "А", 1000, 10, 5.5],
            ["02.02.2026", "Б", 2000, 20, 7.5], merged=["A1:A2", "B1:B2", "C1:D1"],
        ),
        {"spend": 13, "clicks": 30, "impressions": 3000}, ("--by", "month"),
    ),
    "groups that are called after fields": Odd(";Показы;;Расход;\nКампания;Показы;Клики;Расход;Заявки\nА;1000;10;5,5;1\nБ;2000;20;7,5;2\n", {"spend": 13, "leads": 3}),
    "plan and fact above the fields": Odd(f"Кампания;План;;Факт;\n;Расход;Клики;Расход;Клики\n{TWO_GROUPS}", {"spend": 13, "clicks": 3}, (), ("«Факт > Расход»",)),
    "plan and fact below the fields": Odd(f"Кампания;Расход;;Клики;\n;План;Факт;План;Факт\n{TWO_GROUPS}", {"spend": 30, "clicks": 3}),
    "plan and fact in merged cells": Odd(
        sheet(
            ["Кампания", "План", None, "Факт", None], [None, "Расход", "Клики", "Расход", "Клики"], ["А", 1000, 10, 5.5, 1], ["Б", 2000, 20, 7.5, 2],
            merged=["A1:A2", "B1:C1", "D1:E1"],
        ),
        {"spend": 13, "clicks": 3},
    ),
    "plan and last year, and no fact": Odd(f"Кампания;План;;Прошлый год;\n;Расход;Клики;Расход;Клики\n{TWO_GROUPS}", refuses=("nothing can be counted", "--map")),
    "two groups of another meaning": Odd(
        f"Кампания;Реклама;;Органика;\n;Показы;Клики;Показы;Клики\n{TWO_GROUPS}", refuses=("and «Органика > ", "--map")
    ),
    "two groups of which one is said": Odd(
        f"Кампания;Реклама;;Органика;\n;Показы;Клики;Показы;Клики\n{TWO_GROUPS}", {"clicks": 30, "impressions": 3000},
        ("--map", "impressions=Реклама > Показы", "--map", "clicks=Реклама > Клики"),
    ),
    "months above the fields": Odd(f"Кампания;Январь;;Февраль;\n;Расход;Клики;Расход;Клики\n{TWO_GROUPS}", refuses=(*WIDE, "«Январь», «Февраль»", "row 1")),
    "channels above the fields": Odd(f"Кампания;VK;;TG;\n;Расход;Клики;Расход;Клики\n{TWO_GROUPS}", refuses=(*WIDE, "the channels stand side by side")),
    "a year above the months above the fields": Odd(
        sheet(
            ["Канал", "2026", None, None, None], [None, "Январь", None, "Февраль", None], [None, "Расход", "Клики", "Расход", "Клики"], ["VK", 1, 2, 3, 4],
            merged=["A1:A3", "B1:E1", "B2:C2", "D2:E2"],
        ),
        refuses=WIDE,
    ),
    "a title of two cells is no group": Odd("Отчёт;январь 2026\nКанал;Расход;Клики\nTG;1;2\n", {"spend": 1, "clicks": 2}, (), ("passed over",)),
    "units below the header": Odd("Дата;Расход;Клики;Заявки\n;руб.;шт.;шт.\n01.02.2026;5;6;7\n", {"spend": 5, "clicks": 6, "leads": 7}),
    "units below the header that multiply": Odd("Дата;Расход;Клики\nдд.мм.гггг;тыс. руб.;чел.\n01.02.2026;1,5;6\n", {"spend": 1500, "clicks": 6}),
    "units above the header that multiply": Odd("Кампания;тыс. руб.;\n;Расход;Доход\nА;1,5;2\nБ;3;4\n", {"spend": 4500, "revenue": 6000}),
    "per cent below a count": Odd("Кампания;Клики;Расход\n;%;руб.\nА;1,5;2\nБ;3;4\n", {"spend": 6, "clicks": None}, (), ("«Клики, %» is not taken",)),
    "a row with names alone is no second header": Odd("Кампания;Канал;Расход;Клики\nОхват;VK;;\nАкция;VK;1;2\n", {"spend": 1, "clicks": 2}),
    # tables on their side
    "months across": Odd("Channel;Jan;Feb;Mar\nVK;1;2;3\nTG;3;4;5\n", refuses=(*WIDE, "«Jan», «Feb», «Mar»", "a.csv, row 1")),
    "months with years across": Odd("Кампания;01.2026;02.2026\nА;1;2\nБ;3;4\n", refuses=WIDE),
    "days across": Odd("Кампания;01.02.2026;02.02.2026\nА;1;2\n", refuses=WIDE),
    "weeks across": Odd("Канал;нед. 1;нед. 2;нед. 3\nVK;1;2;3\n", refuses=WIDE),
    "years across, as numbers": Odd(sheet(["Канал", 2025, 2026], ["VK", 1, 2]), refuses=(*WIDE, "«2025», «2026»")),
    "days across, as days": Odd(sheet(["Канал", JANUARY, FEBRUARY], ["VK", 1, 2]), refuses=WIDE),
    "a field with its months across": Odd("Канал;Расход январь;Расход февраль\nVK;1;2\n", refuses=(*WIDE, "«Расход январь»")),
    "channels across": Odd("Дата;VK;TG;Дзен\n01.02.2026;1;2;3\n", refuses=(*WIDE, "«VK», «TG», «Дзен»")),
    "fields below one another": Odd("Показатель;Янв;Фев;Итого\nРасход;1;2;3\nКлики;3;4;7\n", refuses=(*WIDE, "«Расход», «Клики»")),
    "fields below one another under a title": Odd(sheet(["Отчёт"], [], ["", "Январь", "Февраль"], ["Расход", 1, 2], ["Клики", 3, 4]), refuses=WIDE),
    "fields below one another without a header": Odd(sheet(["Расход", 1], ["Клики", 3], ["Лиды", 3]), refuses=("cell A2", "«Клики»")),
    "a wide table beside a known field": Odd("Канал;Расход;Янв;Фев\nVK;3;1;2\nTG;7;3;4\n", {"spend": 10}),
    # where nothing is known
    "no column is known": Odd(
        "foo;bar;baz\nx;1;2\ny;3;4\nz;5;6\n", refuses=("The first lines of a: «foo, bar, baz»; «x, 1, 2»; «y, 3, 4»;", "--map", "--header-row N", "--sheet NAME")
    ),
    "a long line is cut": Odd(f"foo;{'z' * 500}\nx;1\n", refuses=(f"«foo, {'z' * 75}»", "…")),
    "letters of a telex": Odd("Дата;Расход\n01.02.2026;5\n".encode("cp866"), refuses=("The first lines", "--encoding")),
    "letters of KOI8": Odd("Дата;Расход\n01.02.2026;5\n".encode("koi8-r"), {"spend": 5}, ("--encoding", "koi8-r")),
    "columns of blanks": Odd("Дата       Расход Клики\n01.02.2026 5      6\n", refuses=("The first lines of a: «Дата       Расход Клики»",)),
    "each line in quotes": Odd('"Дата;Расход;Клики"\n"01.02.2026;5;6"\n', refuses=("The first lines", "--map")),
    "a web page": Odd("<html><table><tr><td>Дата</td></tr></table></html>", refuses=("a.csv", "web page", "save it as xlsx")),
    # sheets
    "a cover before the data": Odd(Book({"Титул": [["Отчёт"]], "Данные": [HEAD, ["01.01.2026", "VK", 1, 2]], "Заметки": [["текст"]]}), {"spend": 1}, (), ("«Данные» was read",)),
    "a pivot table before the data": Odd(
        Book({"Сводная": [["Названия строк", "Сумма по полю Расход"], ["VK", 1]], "Данные": [HEAD, ["01.01.2026", "VK", 1, 2]]}), {"spend": 1}
    ),
    "two sheets of data": Odd(
        Book({"Янв": [HEAD, ["01.01.2026", "VK", 1, 2]], "Фев": [HEAD, ["01.02.2026", "VK", 3, 4]]}), refuses=("«Янв», «Фев»", "--sheet NAME")
    ),
    "two sheets that are said": Odd(
        Book({"Янв": [HEAD, ["01.01.2026", "VK", 1, 2]], "Фев": [HEAD, ["01.02.2026", "VK", 3, 4]]}), {"spend": 4}, ("--sheet", "Янв", "--sheet", "Фев")
    ),
    "a hidden sheet": Odd(
        Book({"Данные": [HEAD, ["01.01.2026", "VK", 1, 2]], "Тайна": [HEAD, ["01.01.2026", "VK", 9, 9]]}, hidden_sheets=["Тайна"]), {"spend": 1}, (),
        ("hidden sheets were not read: «Тайна»",),
    ),
    "a hidden sheet that is said": Odd(
        Book({"Данные": [HEAD], "Тайна": [HEAD, ["01.01.2026", "VK", 9, 9]]}, hidden_sheets=["Тайна"]), args=("--sheet", "Тайна"), refuses=("is hidden", "unhide")
    ),
    "the second table of a sheet": Odd(
        sheet(HEAD, ["01.01.2026", "VK", 1, 2], [], ["По кампаниям"], ["Кампания", "Расход"], ["А", 7]), {"spend": 7}, ("--section", "2"), ("«По кампаниям»",)
    ),
    "the first table of a sheet": Odd(
        sheet(HEAD, ["01.01.2026", "VK", 1, 2], [], ["По кампаниям"], ["Кампания", "Расход"], ["А", 7]), {"spend": 1}, (), ("further tables below were not read",)
    ),
    "two tables side by side": Odd(sheet(["Дата", "Расход", None, "Дата", "Расход"], ["01.02.2026", 5, None, "01.03.2026", 7]), refuses=("both spend", "--map")),
    "a hidden row": Odd(sheet(HEAD, ["01.02.2026", "VK", 5, 1], ["02.02.2026", "VK", 6, 2], hidden_rows=[3]), {"spend": 11}, (), ("hidden rows are counted in: 1 (row 3)",)),
    # what stands around a table
    "comments below it": Odd("date,spend,clicks\n2026-01-01,1,2\n# generated, by, x, y\n# bye\n", {"spend": 1, "clicks": 2}, (), ("comments below the table",)),
    "comments below it in a sheet": Odd(sheet(["date", "spend"], ["2026-01-01", 1], ["# by x"]), {"spend": 1}, (), ("comments below the table",)),
    "a campaign that is a hashtag": Odd("campaign,spend\n#promo,1\n#sale,2\n", {"spend": 3}, ("--by", "campaign")),
    "comments of GA4": Odd(
        "# ----------\n# Report\n# Account: A, b, c\n# ----------\n\nDate,Sessions\n20260801,1\n20260802,2\n,3\n", refuses=("a.csv, line 9", *TOTALS)
    ),
    "a period in quotes on the second line": Odd(
        'Campaign report\n"January 1, 2026 - January 31, 2026"\nCampaign status,Campaign,Impr.,Clicks,Cost\nEnabled,A,"1,000",10,5.5\nTotal: Campaigns,,"1,000",10,5.5\n',
        {"spend": 5.5, "impressions": 1000},
    ),
    "a scale above the header": Odd("Все суммы в тыс. руб.\nДата;Расход\n01.02.2026;5\n", {"spend": 5}, (), ("--scale spend=1000",)),
    "a note below it": Odd("Дата;Расход;Клики\n01.02.2026;5;1\nПримечание: без НДС;;\n", {"spend": 5, "clicks": 1}),
    "a note below it that has separators": Odd("Дата;Расход;Клики\n01.02.2026;5;1\nБез НДС; по счетам; за месяц; итоги\n", refuses=("a.csv, line 3", "quotes")),
    "a title in the middle": Odd("Дата;Расход;Клики\nПауза;;\n01.02.2026;5;1\n// отпуск;;\n03.02.2026;6;2\n", {"spend": 11, "clicks": 3}),
    # pages
    "pages pasted together": Odd(
        "Дата;Расход;Клики\n01.02.2026;5;1\nДата;Расход;Клики\n02.02.2026;6;2\nДата;Расход;Клики\n03.02.2026;7;3\n", {"spend": 18, "clicks": 6}, ("--by", "month"),
        ("the header stands among the rows again, left out: 2",),
    ),
    "pages with a blank line between": Odd("Дата;Расход;Клики\n01.02.2026;5;1\n\nДата;Расход;Клики\n02.02.2026;6;2\n", {"spend": 11, "clicks": 3}),
    "pages in a sheet": Odd(sheet(HEAD, ["01.02.2026", "VK", 5, 1], [], HEAD, ["02.02.2026", "VK", 6, 2]), {"spend": 11, "clicks": 3}),
    "pages with columns in another order": Odd("Дата;Расход;Клики\n01.02.2026;5;1\nДата;Клики;Расход\n02.02.2026;6;2\n", refuses=("a.csv, line 3", "is not accepted")),
    # totals
    "totals of channels in the middle": Odd(
        "Дата;Канал;Расход;Клики\n01.02.2026;VK;5;1\n02.02.2026;VK;6;2\nИтого VK;;11;3\n01.02.2026;TG;1;1\n02.02.2026;TG;2;2\nИтого TG;;3;3\nИтого;;14;6\n",
        {"spend": 14, "clicks": 6}, ("--by", "month"), ("3 total rows left out",),
    ),
    "totals of weeks, one of them wrong": Odd(
        "Дата;Канал;Расход;Клики\n01.02.2026;VK;5;1\n02.02.2026;VK;6;2\nИтого за неделю;;11;3\n11.02.2026;TG;1;1\n12.02.2026;TG;2;2\nИтого 2 неделя;;4;3\n",
        {"spend": 14, "clicks": 6}, (), ("the published total of Ad spend is 4",),
    ),
    "a line of a channel below its days": Odd(
        "Канал;Дата;Расход;Клики\nVK;01.02.2026;5;1\nVK;02.02.2026;6;2\nVK;;11;3\nTG;01.02.2026;1;1\nTG;02.02.2026;2;2\nTG;;3;3\n", {"spend": 14, "clicks": 6}
    ),
    "a line of a channel above its campaigns": Odd(
        "Канал;Кампания;Расход;Клики\nVK;;30;3\nVK;А;10;1\nVK;Б;20;2\nTG;;5;5\nTG;В;5;5\n", {"spend": 35, "clicks": 8}, (), ("2 total rows left out",)
    ),
    "one line of a channel and one figure": Odd("Канал;Кампания;Расход\nVK;;30\nVK;А;10\nVK;Б;20\nTG;В;5\n", refuses=("a.csv, line 2", *TOTALS)),
    "the same, and it is said": Odd("Канал;Кампания;Расход\nVK;;30\nVK;А;10\nVK;Б;20\nTG;В;5\n", {"spend": 65}, ("--totals", "keep")),
    "spend that no campaign had": Odd("Канал;Кампания;Расход;Клики\nVK;;31;3\nVK;А;10;1\nVK;Б;20;2\n", {"spend": 61, "clicks": 6}),
    "channels and campaigns in one column": Odd("Кампания;Расход;Клики\nVK;3010;312\n А;1005;112\n Б;2005;200\nTG;555;51\n В;555;51\n", refuses=("a.csv, line 2", "and 1 more", *TOTALS)),
    "the same, and they are dropped": Odd("Кампания;Расход;Клики\nVK;3010;312\n А;1005;112\n Б;2005;200\nTG;555;51\n В;555;51\n", {"spend": 3565, "clicks": 363}, TOTALS[0].split()),
    "a row of all channels each day": Odd(
        "Дата;Канал;Расход;Клики\n01.02.2026;VK;5;1\n01.02.2026;TG;6;2\n01.02.2026;Все;11;3\n02.02.2026;VK;1;1\n02.02.2026;Все;1;1\n", {"spend": 12, "clicks": 4}
    ),
    "a total under another name": Odd("Канал;Расход;Клики\nVK;5123,12;145\nTG;5001,33;227\nРоза ветров;10124,45;372\n", refuses=("a.csv, line 4", *TOTALS)),
    "a month among its days": Odd("Дата;Расход;Клики\n01.02.2026;5;1\n02.02.2026;5;2\nФевраль 2026;10;3\n", {"spend": 10, "clicks": 3}),
    "a quarter among its months": Odd("Месяц;Расход;Клики\n2026-01;5;1\n2026-02;6;2\n2026-03;7;3\n2026-Q1;18;6\n", {"spend": 18, "clicks": 6}),
    "letters apart": Odd("Канал;Расход\nVK;5\nTG;5\nИ Т О Г О;10\n", {"spend": 10}),
    "a label and words beside the figures below it": Odd("Кампания;Расход;Клики\nА;1;2\nБ;3;4\nИтого:;;\nза период;4;6\n", {"spend": 4, "clicks": 6}, (), ("2 total rows",)),
    "a label between rows": Odd("Кампания;Расход;Клики\nА;1;2\nИтого:;;\nБ;3;4\n", {"spend": 4, "clicks": 6}),
    "a total without a name beside a rate": Odd("Дата;Расход;CTR\n01.02.2026;5;1%\n02.02.2026;6;2%\n;11;1,5%\n", refuses=("a.csv, line 4", *TOTALS)),
    "a total above the header": Odd(sheet(["", "", 11, 3], HEAD, ["01.02.2026", "VK", 5, 1], ["02.02.2026", "VK", 6, 2]), {"spend": 11, "clicks": 3}),
    "a total in merged cells": Odd(sheet(HEAD, ["01.02.2026", "VK", 5, 5], ["02.02.2026", "VK", 6, 6], ["Итого", None, 11, 11], merged=["A4:B4"]), {"spend": 11}),
    # rows that are no facts
    "a mean": Odd("Дата;Расход;Клики\n01.02.2026;5;5\n02.02.2026;6;7\nСреднее за день;5,5;6\n", {"spend": 11, "clicks": 12}),
    "a plan below the days": Odd("Дата;Расход;Клики\n01.02.2026;5;5\n02.02.2026;6;7\nПлан;60;70\n", {"spend": 11, "clicks": 12}, (), ("no facts were left out: 1 («План»)",)),
    "a change below the days": Odd("Дата;Расход;Клики\n01.02.2026;5;5\n02.02.2026;6;7\nИзменение, %;20;40\n", {"spend": 11, "clicks": 12}),
    "a plan among the channels": Odd("Канал;Расход;Клики\nVK;5;5\nПлан;60;70\n", refuses=("a.csv, line 3", "«План»", *TOTALS)),
    "a column tells plan and fact apart": Odd("Канал;Тип;Расход\nVK;План;5\nVK;Факт;6\nTG;План;7\nTG;Факт;8\n", {"spend": 14}, (), ("no facts were left out: 2",)),
    "words in place of a day": Odd("Дата;Расход;Клики\n01.02.2026;5;1\nКурьеры;7;2\n", {"spend": 12}, (), ("line 3, column 1 («Дата»): no day stands there",)),
    "a total of the fact and one of the plan": Odd("Канал;Расход;Клики\nVK;5;5\nTG;6;7\nИтого факт;11;12\nИтого план;60;70\n", {"spend": 11, "clicks": 12}),
    "what is left of the budget": Odd("Канал;Расход;Клики\nVK;5;5\nTG;6;7\nОстаток бюджета;89;\n", refuses=("a.csv, line 4", "«Остаток бюджета»", *TOTALS)),
    "the tax below": Odd("Канал;Расход;Клики\nVK;500;5\nTG;600;7\nНДС 20%;220;\n", refuses=("a.csv, line 4", "«НДС 20%»", *TOTALS)),
    "last month below the days": Odd("Дата;Расход;Клики\n01.02.2026;5;5\n02.02.2026;6;7\nПрошлый месяц;50;60\n", {"spend": 11, "clicks": 12}),
    "a total of all that is nearly the sum": Odd("Канал;Расход;Клики\nVK;5;5\nTG;6;7\nВсе каналы;12;12\n", refuses=("a.csv, line 4", *TOTALS)),
    "a total of something that is no sum": Odd("Канал;Расход;Клики\nVK;5;5\nTG;6;7\nИтого прочее;1;1\n", {"spend": 12}, (), ("«Итого прочее»",)),
    "campaigns that begin with all and total": Odd("campaign,spend,clicks\nAll stars,10,1\nTotal Fitness,20,2\n", {"spend": 30, "clicks": 3}),
    # columns
    "a plan beside the fact": Odd("Дата;Расход план;Расход факт;Клики\n01.02.2026;100;90;5\n", {"spend": 90, "clicks": 5}),
    "thousands": Odd("Дата;Расход, тыс. руб.;Показы, тыс.\n01.02.2026;1,5;20\n", {"spend": 1500, "impressions": 20000}),
    "with tax and without": Odd("Дата;Расход с НДС;Расход без НДС\n01.02.2026;120;100\n", refuses=("both spend", "--map")),
    "two columns of one name": Odd("Дата;Расход;Клики;Расход\n01.02.2026;5;1;7\n", refuses=("both spend",)),
    "two columns in two currencies": Odd("Дата;Расход (RUB);Расход (USD)\n01.02.2026;500;5\n", refuses=("both spend", "--map")),
    "a running total beside it": Odd("Дата;Расход;Расход нарастающим\n01.02.2026;5;5\n02.02.2026;6;11\n", {"spend": 11}),
    "a running total alone": Odd("Дата;Расход накопительно\n01.02.2026;5\n02.02.2026;11\n", refuses=("nothing can be counted",)),
    "an index without a header": Odd(";Дата;Расход\n0;01.02.2026;5\n1;02.02.2026;6\n", {"spend": 11}),
    "blank columns": Odd(";Дата;;Расход;;Клики;\n;01.02.2026;;5;;2;\n;02.02.2026;;6;;3;\n", {"spend": 11, "clicks": 5}),
    "separators at the ends": Odd("Дата;Расход;Клики;\n01.02.2026;5;1;\n02.02.2026;5;1;\n", {"spend": 10, "clicks": 2}),
    "separators at the ends of rows alone": Odd("Дата;Расход;Клики\n01.02.2026;5;1;\n02.02.2026;5;1;\n", {"spend": 10, "clicks": 2}),
    "a column without a header": Odd("Дата;Расход;;Клики\n01.02.2026;5;9;1\n", {"spend": 5, "clicks": 1}),
    "capitals": Odd("ДАТА;РАСХОД;КЛИКИ\n01.02.2026;5;6\n", {"spend": 5, "clicks": 6}),
    "lines inside headers": Odd('Дата;"Расход,\nруб.";"Клики"\n01.02.2026;5;7\n', {"spend": 5, "clicks": 7}),
    "signs that nobody sees in headers": Odd("Да\u200bта;Рас\u00adход\n01.02.2026;5\n", {"spend": 5}),
    # numbers
    "groups by thin blanks": Odd("Дата;Расход\n01.02.2026;1\u00a0234,5\n02.02.2026;2\u202f000,5\n03.02.2026;3\u2009000,5\n", {"spend": 6235.5}),
    "accountants' brackets": Odd("Дата;Доход\n01.02.2026;(1 234,50)\n02.02.2026;5000\n", {"revenue": 3765.5}),
    "a minus behind the number": Odd("Дата;Доход\n01.02.2026;100-\n02.02.2026;5000\n", refuses=("a.csv, line 2, column 2", "«100-»")),
    "two decimal marks": Odd("Дата;Расход\n01.02.2026;1,5\n02.02.2026;2.75\n", refuses=("a.csv, line 2, column 2", "«1,5»")),
    "numbers of two readings": Odd('date,spend\n2026-02-01,"1,234"\n2026-02-02,"2,750"\n', refuses=("two ways", "--decimal comma")),
    "a comma that is not in quotes": Odd("date,spend,clicks\n2026-02-01,1,234,5\n", refuses=("a.csv, line 2", "in quotes")),
    "two currencies in one column": Odd("Дата;Расход\n01.02.2026;$5\n02.02.2026;6 €\n", refuses=("two currencies", "line 2", "line 3", "--rates")),
    "words in place of a number": Odd("Дата;Расход\n01.02.2026;нет данных\n02.02.2026;5\n", refuses=("a.csv, line 2, column 2", "«нет данных»")),
    "about so much": Odd("Дата;Расход\n01.02.2026;~500\n02.02.2026;5\n", refuses=("«~500»",)),
    "an apostrophe before a number": Odd("Дата;Расход;Клики\n01.02.2026;'5;7\n", refuses=("a.csv, line 2, column 2", "«'5»")),
    "numbers as text in a sheet": Odd(sheet(HEAD, ["01.02.2026", "VK", "1 234,50", "5"], ["02.02.2026", "VK", 10.5, 6]), {"spend": 1245, "clicks": 11}),
    "numbers as text of two readings in a sheet": Odd(sheet(HEAD, ["01.02.2026", "VK", "1,234", 5]), refuses=("cell C2", "--decimal")),
    "a formula without a value": Odd(sheet(HEAD, ["01.02.2026", "VK", "=1+1", 5]), refuses=("cell C2", "save it")),
    "pieces beside a number": Odd(sheet(HEAD, ["01.02.2026", "VK", 5, "5 шт."]), refuses=("cell D2", "«5 шт.»")),
    "an amount in merged cells": Odd(sheet(HEAD, ["01.02.2026", "VK", 30, 5], ["02.02.2026", "VK", None, 6], merged=["C2:C3"]), {"spend": 30, "clicks": 11}),
    # days
    "days written in three ways": Odd("Дата;Расход\n01.02.2026;5\n2026-02-02;6\n3 февраля 2026;7\n", {"spend": 18}, ("--period", "2026-02")),
    "days as days, text and numbers": Odd(sheet(HEAD, [FEBRUARY, "VK", 5, 5], ["02.02.2026", "VK", 6, 5], [46056, "VK", 7, 1]), {"spend": 18}, ("--period", "2026-02")),
    "days in two orders": Odd("Дата;Расход\n13/02/2026;5\n02/13/2026;6\n", refuses=("a.csv, line 2, column 1",), args=("--by", "month")),
    "months without a year": Odd("Месяц;Расход\nЯнварь;5\nФевраль;6\n", refuses=("a.csv, line 2", "«Январь»"), args=("--by", "month")),
    "days that stand once for several rows": Odd(
        "Дата;Кампания;Расход\n01.02.2026;А;10\n;Б;20\n02.02.2026;А;30\n", {"spend": 40}, ("--period", "2026-02"), ("rows without a day are not counted in 2026-02: a",)
    ),
    # names
    "channels in two cases": Odd("Канал;Расход\nvk;5\nVK;6\n", {"spend": 11}, ("--where", "channel=VK")),
    "a channel in merged cells": Odd(
        sheet(HEAD, ["01.02.2026", "VK", 5, 5], ["02.02.2026", None, 6, 6], ["01.02.2026", "TG", 1, 1], merged=["B2:B3"]), {"spend": 11}, ("--where", "channel=VK")
    ),
    "quotes and separators in names": Odd('Дата;Кампания;Расход\n01.02.2026;"Акция ""Лето""; -50%";5\n02.02.2026;Кафе "У дома";6\n', {"spend": 11}),
    "a quote that nothing closes": Odd('Дата;Кампания;Расход\n01.02.2026;"Акция;5\n02.02.2026;Б;6\n', refuses=("a.csv, line 2", "nothing closes")),
    # bytes
    "a mark of byte order twice": Odd("\ufeff\ufeffДата;Расход\n01.02.2026;5\n", {"spend": 5}),
    "lines that end in CR": Odd("Дата;Расход\r01.02.2026;5\r02.02.2026;6\r", {"spend": 11}),
    "lines that end in three ways": Odd("Дата;Расход\r\n01.02.2026;5\n02.02.2026;6\r03.02.2026;7\n", {"spend": 18}),
    "UTF-16 with tabs": Odd("Дата\tРасход\r\n01.02.2026\t5\r\n".encode("utf-16"), {"spend": 5}),
    "windows-1251": Odd("Дата;Расход\n01.02.2026;5\n".encode("cp1251"), {"spend": 5}, (), ("read as cp1251",)),
}  # fmt: skip


def written(folder: Path, content: str | bytes | Book) -> str:
    """The name of the file that was written."""
    if not isinstance(content, Book):
        (folder / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        return "a.csv"
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in content.sheets.items():
        made = book.create_sheet(name)
        for row in rows:
            made.append(list(row))
        made.sheet_state = "hidden" if name in content.hidden_sheets else "visible"
    first = book.worksheets[0]
    for cells in content.merged:
        first.merge_cells(cells)
    for number in content.hidden_rows:
        first.row_dimensions[number].hidden = True
    book.save(folder / "a.xlsx")
    return "a.xlsx"


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_read_rightly_or_refused_with_place_and_cure(name: str, tmp_path: Path) -> None:
    odd = ODD[name]
    result = ran(tmp_path, [written(tmp_path, odd.content)], odd.args)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if odd.refuses:
        assert result.exit_code == 2, result.stdout
        assert all(word in result.stderr for word in odd.refuses), result.stderr
        return
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    for key, right in odd.total.items():
        assert same(made["total"].get(key), right), (key, made["total"].get(key), made["notes"])
    for words in odd.says:
        assert words in "\n".join(made["notes"]), made["notes"]


def test_the_second_table_may_have_two_header_rows_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Дата;Расход\n01.02.2026;5\n\nПо кампаниям\nКампания;План;Факт\n;Расход;Расход\nА;9;7\n", encoding="utf-8")
    assert json.loads(ran(tmp_path, ["a.csv"], ["--section", "2"]).stdout)["total"]["spend"] == 7


def test_there_are_enough_of_them() -> None:
    assert len(ODD) >= 60
