"""Files of the kind that people have, with what is right: ``tests/cases`` and further ones below, each with the wrong figure that must not come."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from click.testing import CliRunner, Result

from smm_xl.commands.main import app

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


def ran(folder: Path, files: Sequence[str], arguments: Sequence[str]) -> Result:
    where = [str(folder / argument) if argument.endswith(".csv") else argument for argument in arguments]
    return CliRunner().invoke(app, ["report", *(str(folder / name) for name in files), *where, "--lang", "en", "--format", "json"])


def same(found: object, right: object) -> bool:
    if right is None or isinstance(right, str):
        return found == right
    assert isinstance(right, int | float)
    return isinstance(found, int | float) and abs(found - right) <= 1e-9 * max(1, abs(right))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_file_of_the_kind_that_people_have(case: Mapping[str, Any], tmp_path: Path) -> None:
    for name in FOLDER.iterdir():
        shutil.copy(name, tmp_path)
    result = ran(tmp_path, case["files"], case.get("args", []))
    if "refuses" in case:
        assert result.exit_code == 2
        for word in case["refuses"]:
            assert word.casefold() in result.stderr.casefold()
        return
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    for key, right in case.get("total", {}).items():
        assert same(made["total"].get(key), right), (key, made["total"].get(key), right)
    for wanted in case.get("rows", []):
        names = {key: value for key, value in wanted.items() if value is None or isinstance(value, str)}
        (row,) = [row for row in made["rows"] if all(row.get(key) == value for key, value in names.items())]
        assert all(same(row.get(key), right) for key, right in wanted.items()), (row, wanted)
    for word in case.get("notes", []):
        assert word.casefold() in "\n".join(made["notes"]).casefold()


def test_each_file_of_a_case_is_used_and_each_case_says_why() -> None:
    named = {name for case in CASES for name in (*case["files"], *(argument for argument in case.get("args", []) if argument.endswith(".csv")))}
    assert named == {path.name for path in FOLDER.iterdir()} - {"cases.json"}
    assert all(case["why"] for case in CASES)


class Case(NamedTuple):
    """Files by name, options, what is right in the total, what must not come (where it is not plain), words of notes or of the refusal."""

    files: Mapping[str, str]
    total: Mapping[str, float | None] = {}
    args: Sequence[str] = ()
    says: Sequence[str] = ()
    refuses: Sequence[str] = ()


def one(text: str) -> dict[str, str]:
    return {"a.csv": text}


FURTHER = {
    # names
    "names after NFKC": Case(one("channel,spend\nＶＫ,1\nVK,2\nvk\u00a0,4\n"), {"spend": 3.0 + 4}, ["--where", "channel=vk"]),
    "a run of blanks is one": Case(one("channel,spend\nVK  Ads,1\nVK Ads,2\n"), {"spend": 3}, ["--where", "channel=vk ads"]),
    "NA may be a name": Case(one("channel,spend\nNA,1\nN/A,2\n"), {"spend": 1}, ["--where", "channel=NA"]),
    "campaigns in two spellings are named": Case(one("campaign,spend\nSale,1\nSALE,2\n"), {"spend": 3}, ["--by", "campaign"], ["«SALE» = «Sale»"]),
    "ids are compared exactly": Case(one("post id,likes\nabc,1\nABC,2\n"), {"likes": 3, "posts": 2}),
    # totals by words
    "Всего": Case(one("Кампания;Расход;Заявки\nА;100;1\nБ;200;2\nВсего;300;3\n"), {"spend": 300}, (), ["1 total row left out"]),
    "Итого по": Case(one("Кампания;Расход;Заявки\nИтого по аккаунту;300;3\nА;100;1\nБ;200;2\n"), {"spend": 300}),
    "Общий итог": Case(one("Канал;Расход;Заявки\nА;100;1\nБ;200;2\nОбщий итог;300;3\n"), {"spend": 300, "leads": 3}),
    "Totales": Case(one("campaign,spend,leads\nA,100,1\nB,200,2\nTotales,300,3\n"), {"spend": 300}),
    "an average is no row": Case(one("campaign,spend,leads\nA,100,1\nB,200,2\nAverage,150,1.5\n"), {"spend": 300}),
    "a total of each day": Case(
        one("date,campaign,spend,leads\n2026-01-05,A,100,1\n2026-01-05,B,200,2\n2026-01-05,Total,300,3\n2026-01-06,A,50,1\n2026-01-06,Total,50,1\n"),
        {"spend": 350, "leads": 4}, (), ["2 total rows"],
    ),
    "a campaign called Total with its own figures": Case(
        one("date,campaign,spend\n2026-01-05,A,100\n2026-01-06,Total,70\n2026-01-07,B,10\n"), {"spend": 180}, (), ["the name says total"]
    ),
    "X Итог": Case(one("Канал;Кампания;Расход;Заявки\nVK;А;100;1\nVK;Б;200;2\nVK Итог;;300;3\nTG;В;50;4\nTG Итог;;50;4\n"), {"spend": 350, "leads": 7}),
    "a campaign that ends in Total": Case(one("campaign,spend,leads\nSale Total,100,1\nBrand,200,2\n"), {"spend": 300}, (), ["the name says total"]),
    "a total of a channel is no total of all": Case(
        one("channel,spend,leads\nVK,100,1\nTG,50,2\nTotal,160,3\n"), {"spend": 150}, (), ["published total of Ad spend is 160, its rows add up to 150"]
    ),
    # totals by arithmetic
    "a total without a name at the end": Case(one("campaign,spend,clicks\nA,100,10\nB,200,20\n,300,30\n"), {"spend": 300, "clicks": 30}),
    "a row without a name between its own parts is no total": Case(one("campaign,spend,clicks\nA,100,10\n,300,30\nB,200,20\n"), {"spend": 600, "clicks": 60}),
    "a total without a name under each block": Case(
        one("campaign,spend,clicks\nA,100,10\nB,200,20\n,300,30\nC,5,1\nD,7,2\n,12,3\n"), {"spend": 312, "clicks": 33}, (), ["2 total rows left out"]
    ),
    "a row without a name that is no sum": Case(one("campaign,spend,clicks\nA,100,10\nB,200,20\n,7,3\n"), {"spend": 307}),
    "a near miss is asked": Case(one("campaign,spend,clicks\nA,100,10\nB,200,20\n,310,29\n"), refuses=["--totals drop"]),
    "a near miss is dropped": Case(one("campaign,spend,clicks\nA,100,10\nB,200,20\n,310,29\n"), {"spend": 300}, ["--totals", "drop"]),
    "a near miss is kept": Case(one("campaign,spend,clicks\nA,100,10\nB,200,20\n,310,29\n"), {"spend": 610}, ["--totals", "keep"]),
    "a footer is no post": Case(one("post id,likes\n1,5\n2,6\nShowing top 500 results,\n"), {"posts": 2, "likes": 11}),
    # where the table begins and ends
    "comments before the header": Case(one("# report\n# 2026-08\ncampaign,spend,clicks\nA,1,2\n"), {"spend": 1}, (), ["passed over"]),
    "the second section": Case(one("Date,Cost\n2026-08-01,10\n\nCampaign,Cost\nA,12\nB,18\n"), {"spend": 30}, ["--section", "2"]),
    "blank lines between months end nothing": Case(one("date,spend,leads\n2026-01-05,1,1\n\n2026-02-05,2,1\n"), {"spend": 3}),
    "a header row that is said": Case(one("spend,leads\nspend,clicks\n1,2\n"), {"spend": 1, "clicks": 2}, ["--header-row", "2"]),
    # what headers say
    "results that are all clicks say nothing of leads": Case(
        one("Campaign name,Amount spent (USD),Results,Result indicator\nA,50,500,actions:link_click\n"), {"leads": None, "clicks": 500, "cpl": None}
    ),
    "a plan is no fact": Case(one("campaign,spend,План лидов\nA,100,50\n"), {"leads": None, "cpl": None}, (), ["План лидов"]),
    "cost of a lead is no spend": Case(one("campaign,Lead cost,clicks\nA,100,50\n"), {"spend": None, "clicks": 50}),
    "visitors are no visits": Case(one("date,Visitors,clicks\n2026-01-05,100,50\n"), {"visits": None}),
    "a share is no repost": Case(one("post id,Share,likes\n1,100,50\n"), {"reposts": None}),
    "thousands of views": Case(one("post id,Views (thousands)\n1,1.5\n2,2\n"), {"total_views": 3500}),
    "millions": Case(one("Канал;Расход, млн руб.\nVK;1,5\n"), {"spend": 1_500_000}),
    "a scale that is said": Case(one("campaign,spend\nA,5\n"), {"spend": 5000}, ["--scale", "spend=1000"]),
    "micros that are said": Case(one("date,impressions,spend\n2026-08-01,10000,250000000\n"), {"spend": 250}, ["--scale", "spend=micros"]),
    "a margin in per cent": Case(one("revenue,spend,\"Margin, %\"\n1000,100,40\n"), {"romi": 3}),
    "an account in Kazakhstan": Case(one("campaign,Amount spent (KZT)\nA,5\n"), {"spend": 5}),
    "clicks of all kinds are not ALL of Albania": Case(one("campaign,spend,Clicks ALL x\nA,5,9\n"), {"clicks": None}),
    "likes in per cent": Case(one("post id,likes,views\n1,5%,100\n2,7%,200\n"), {"likes": None, "total_views": 300}, (), ["holds shares"]),
    # blanks
    "a blank stays unknown in a table of one's own": Case(one("campaign,spend,leads\nA,100,2\nB,200,\n"), {"spend": 300, "cpl": 50}),
    "blanks that mean none": Case(one("campaign,spend,leads\nA,100,2\nB,200,\n"), {"cpl": 150}, ["--blank-is-zero", "leads"], ["blank cells mean none"]),
    "a dash of Yandex Direct is none": Case(one("Дата;№ Кампании;Расход (руб.);Клики\n01.08.2026;1;100,00;10\n02.08.2026;1;50,00;-\n"), {"cpc": 15}),
    # numbers and dates
    "accountants' brackets": Case(one("campaign,revenue\nA,(100)\nB,250\n"), {"revenue": 150}),
    "groups of Switzerland": Case(one("campaign,spend\nA,1'234.50\n"), {"spend": 1234.5}),
    "rupees": Case(one('campaign,spend\nA,"₹1,200.50"\n'), {"spend": 1200.5}),
    "an error of a German Excel": Case(one("campaign,spend\nA,#WERT!\n"), refuses=["#WERT!", "line 2"]),
    "dates in Russian words": Case(one("Дата;Расход\n5 февраля 2026 г.;5\n"), {"spend": 5}, ["--period", "2026-02"]),
    "a year that stands first": Case(one("date,spend\n2026/08/31,5\n"), {"spend": 5}, ["--period", "2026-08"]),
    "quarters in Roman numbers": Case(one("period,spend\nI кв. 2026,5\n"), {"spend": 5}, ["--by", "quarter"]),
    "a month alone": Case(one("month,spend\n1,5\n2,6\n"), refuses=["2026-01"], args=["--by", "month"]),
    "a serial of another century": Case(one("date,spend\n500,5\n"), refuses=["500"], args=["--by", "month"]),
    "one first of a month is a day": Case(one("date,spend\n2026-03-01,5\n"), {"spend": 5}, ["--period", "2026-03-01"]),
    # currencies
    "a dollar is no rouble": Case(one("campaign,spend\nA,$5\nB,5 ₽\n"), refuses=["$", "RUB"]),
    "a dollar may be one of the USA": Case({"a.csv": "date,campaign,spend\n2026-01-05,A,$5\n", "b.csv": "date,campaign,Spend (USD)\n2026-01-06,A,7\n"}, {"spend": 12}),
    "returns in another currency": Case(one("campaign,Amount spent (USD),Revenue (BRL)\nA,5,9\n"), refuses=["USD", "BRL"]),
    "each currency apart": Case(one("campaign,currency,spend,clicks\nA,USD,5,1\nA,EUR,7,2\n"), {"spend": None, "clicks": 3}, ["--by", "currency"]),
    # several files
    "the same rows count once": Case(
        {"a.csv": "date,campaign,spend\n2026-01-30,A,1\n2026-01-31,A,2\n", "b.csv": "date,campaign,spend\n2026-01-31,A,2\n2026-02-01,A,4\n"}, {"spend": 7},
        (), ["2026-01-31"],
    ),
    "exports of one of two platforms overlap": Case(
        {
            "g.csv": "Day,Campaign,Cost,Conv. value\n2026-01-31,A,1,1\n",
            "a.csv": "Day,Campaign name,Amount spent (USD),Link clicks\n2026-01-31,A,2,2\n",
            "b.csv": "Day,Campaign name,Amount spent (USD),Link clicks\n2026-01-31,A,2,2\n2026-02-01,A,4,4\n",
        },
        {"spend": 7, "clicks": 6},
        (),
        ["2026-01-31"],
    ),
    "a CRM is not a part of a cabinet": Case(
        {"ads.csv": "date,spend,leads\n2026-01-05,100,4\n", "crm.csv": "date,leads\n2026-01-05,5\n"}, {"leads": 5, "cpl": 20}, (), ["leads stands in two tables"]
    ),
    "two exports of a CRM, one with a column more": Case(
        {"a.csv": "date,leads\n2026-01-05,5\n", "b.csv": "date,leads,customers\n2026-02-05,5,1\n"}, {"leads": 10, "cr_lead_customer": 0.2}
    ),
    "all rows of two accounts": Case(
        {"a.csv": "date,campaign,spend\n2026-01-30,A,1\n2026-01-31,A,2\n", "b.csv": "date,campaign,spend\n2026-01-31,A,2\n2026-02-01,A,4\n"}, {"spend": 9},
        ["--overlap", "add"],
    ),
    "a column more in February": Case(
        {"a.csv": "date,campaign,spend,clicks\n2026-01-30,A,1,1\n", "b.csv": "date,campaign,spend,clicks,leads\n2026-02-01,A,4,2,1\n"},
        {"spend": 5, "clicks": 3, "cpl": 4},
    ),
    "a series of days of one post is added": Case(one("date,post id,likes\n2026-01-05,1,5\n2026-01-06,1,6\n"), {"likes": 11}),
    "the later row of a post counts": Case(one("date,post id,likes\n2026-01-05,1,5\n2026-01-05,1,6\n"), {"likes": 6, "posts": 1}, (), ["counted once: 1"]),
    "a daily budget of a whole month": Case(
        one("Campaign,Budget,Budget type,Cost\nA,10.00,Daily,300\nB,20.00,Daily,500\n"), {"spend": 800, "budget_use": None}, (), ["daily budgets"]
    ),
    "a code beside the sign of several": Case(
        {"a.csv": "channel,Spend ($ CAD),Revenue (USD)\nVK,100,200\n"}, refuses=("two currencies", "CAD", "USD"), args=["--kpi", "roas"]
    ),
    "a currency in words": Case({"a.csv": "Канал;Расход в рублях;Revenue (USD)\nVK;100;200\n"}, refuses=("RUB", "USD"), args=["--kpi", "roas"]),
    "the rouble by its old code": Case({"a.csv": "channel,Spend RUR,Revenue RUB\nVK,100,200\n"}, {"roas": 2}),
    "two currencies around one number": Case(one("channel,spend\nVK,€100 USD\n"), refuses=("«€100 USD» is not accepted",)),
    "days without zeros before them": Case(one("date,spend\n2026-8-1,1\n2026-8-15,2\n2026-10-2,4\n"), {"spend": 3}, ["--period", "2026-08"]),
    "a quarter with its ending": Case(one("period,spend\n1-й квартал 2026,1\n2-й квартал 2026,2\n"), {"spend": 2}, ["--period", "2026-Q2"]),
    "one id in two channels is two posts": Case(one("channel,post id,likes\nVK,1,5\nTG,1,6\n"), {"likes": 11, "posts": 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_file(name: str, tmp_path: Path) -> None:
    case = FURTHER[name]
    for file, text in case.files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    result = ran(tmp_path, list(case.files), case.args)
    if case.refuses:
        assert result.exit_code == 2
        assert all(word in result.stderr for word in case.refuses), result.stderr
        return
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    for key, right in case.total.items():
        assert same(made["total"].get(key), right), (key, made["total"].get(key), made["notes"])
    for words in case.says:
        assert words in "\n".join(made["notes"]), made["notes"]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16", "utf-16-le"])
def test_text_of_other_encodings(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("Канал;Расход\nДзен;5\n".encode(encoding))
    assert json.loads(ran(tmp_path, ["a.csv"], ["--where", "channel=дзен"]).stdout)["total"]["spend"] == 5


def test_french_headers_in_cp1252(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("Jour;Nom de la campagne;Montant dépensé (USD)\n05/01/2026;Été;5\n".encode("cp1252"))
    result = ran(tmp_path, ["a.csv"], ["--by", "campaign", "--dates", "dmy"])
    assert [(row["campaign"], row["spend"]) for row in json.loads(result.stdout)["rows"]] == [("Été", 5.0)]
    assert "read as cp1252" in " ".join(json.loads(result.stdout)["notes"])


def test_an_amount_in_a_merged_cell_counts_once_and_hidden_rows_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["channel", "spend", "leads"], ["VK", 100, 1], [None, None, 2], ["TG", 50, 4]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:B3")
    sheet.row_dimensions[4].hidden = True
    book.save(tmp_path / "a.xlsx")
    made = json.loads(ran(tmp_path, ["a.xlsx"], ["--by", "channel"]).stdout)
    assert [(row["channel"], row["spend"], row["leads"]) for row in made["rows"]] == [("TG", 50.0, 4.0), ("VK", 100.0, 3.0)]
    assert "hidden rows are counted in: 1 (row 4)" in " ".join(made["notes"])
