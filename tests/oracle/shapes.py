"""Seeded inputs in the shapes that people have, with the clean tables that the oracle works on. Nothing that the contract leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from tests.oracle.engine import DIMENSIONS, FUNCTIONS, NOT_TOTALLED, Cell, Range, Row, Table

RUSSIAN = {"date": "Дата", "month": "Месяц", "channel": "Канал", "campaign": "Кампания", "spend": "Расход", "impressions": "Показы", "clicks": "Клики"}
RUSSIAN |= {"leads": "Заявки", "revenue": "Выручка", "likes": "Лайки", "comments": "Комментарии", "reposts": "Репосты"}
CHANNELS = ("VK", "Telegram", "Pinterest", "ВК", "Одноклассники")
MONEY = ("spend", "revenue", "budget", "hourly_rate", "content_cost", "tools_cost")
FUNNEL = ("spend", "impressions", "clicks", "visits", "leads", "conversions", "customers", "orders", "revenue")
FEEDBACK = ("likes", "comments", "reposts", "saves")


@dataclass(frozen=True)
class Case:
    """Files (name and text, UTF-8), the options that go with them, what the oracle sees, and the first file as a sheet for table functions."""

    shape: str
    tables: tuple[Table, ...]
    files: tuple[tuple[str, str], ...]
    by: tuple[tuple[str, ...], ...]
    where: tuple[tuple[str, str], ...] = ()
    sheet: tuple[tuple[object, ...], ...] = ()


def _amount(rng: Random, name: str) -> Fraction:
    if name in MONEY:
        return Fraction(rng.randint(100, 900_000), 100)
    if name == "margin":
        return Fraction(rng.randint(10, 90), 100)
    if name == "hours":
        return Fraction(rng.randint(1, 80), 2)
    top = {"impressions": 90_000, "followers_end": 9000, "followers_start": 9000, "clicks": 900, "visits": 900, "reach": 5000}.get(name, 40)
    return Fraction(rng.randint(0 if top == 40 else 10, top))


def _rows(rng: Random, inputs: Sequence[str], channels: Sequence[str], months: Sequence[str], blanks: float = 0.0, campaigns: Sequence[str] = ()) -> list[Row]:
    """One row for each channel (or campaign) and a day of each month, most of them."""
    rows: list[Row] = []
    for month in months:
        days = sorted(rng.sample(range(2, 28), rng.randint(1, 3)))  # never the first: that could be a month
        for day in days:
            for at, channel in enumerate(channels):
                row: dict[str, Cell] = {"date": f"{month}-{day:02}", "channel": channel}
                if campaigns:
                    row["campaign"] = campaigns[at % len(campaigns)]
                row |= {name: None if rng.random() < blanks else _amount(rng, name) for name in inputs}
                rows.append(row)
    return rows


def _text(value: Cell, comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    told = str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"
    return told.replace(".", ",") if comma else told


def _file(rng: Random, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A CSV with a delimiter, a decimal mark and a date format of its own, each with one reading: cents have two digits."""
    russian, comma = rng.random() < 0.4, rng.random() < 0.4
    delimiter = ";" if comma else rng.choice(",;\t")
    dotted = rng.random() < 0.4

    def cell(name: str, row: Row) -> str:
        told = _text(row.get(name), comma)
        if name == "date" and dotted and told[:2] == "20":
            told = f"{told[8:10]}.{told[5:7]}.{told[:4]}"
        return f'"{told}"' if delimiter in told else told

    lines = [[RUSSIAN.get(name, name) if russian else name for name in columns], *([cell(name, row) for name in columns] for row in rows)]
    return "\n".join(delimiter.join(line) for line in lines) + "\n"


def _sheet(columns: Sequence[str], rows: Sequence[Row]) -> tuple[tuple[object, ...], ...]:
    def cell(value: Cell) -> object:
        return float(value) if isinstance(value, Fraction) else value

    return (tuple(columns), *(tuple(cell(row.get(name)) for name in columns) for row in rows))


def _months(rng: Random, count: int = 0) -> list[str]:
    first = rng.randint(1, 9)
    return [f"2026-{first + at:02}" for at in range(count or rng.randint(1, 3))]


BY: tuple[tuple[str, ...], ...] = ((), ("channel",), ("month",), ("channel", "month"))


def _one(
    rng: Random, shape: str, raw: Sequence[Row], clean: Sequence[Row], columns: Sequence[str], by: Sequence[tuple[str, ...]] = BY, kind: str = "ads"
) -> Case:
    table = Table("a", kind, tuple(columns), tuple(clean))
    return Case(shape, (table,), (("a.csv", _file(rng, columns, raw)),), tuple(by), sheet=_sheet(columns, raw))


def one_table(rng: Random) -> Case:
    """All inputs in one table; the followers of a profile in some."""
    inputs = rng.choice(
        [
            (*FUNNEL, "budget", "content_cost"),
            (*FUNNEL, "margin"),
            ("followers_start", "followers_end", "new_followers", "unfollows", *FEEDBACK, "views", "posts"),
        ]
    )
    inputs = (*inputs, "hours", "hourly_rate") if rng.random() < 0.4 else inputs
    rows = _rows(rng, inputs, CHANNELS[: rng.randint(1, 4)], _months(rng))
    return _one(rng, "one_table", rows, rows, ("date", "channel", *inputs))


def blanks(rng: Random) -> Case:
    """Blank cells among what adds up; never in saves and parts of a cost, where a wholly blank group has two readings."""
    inputs = (*FUNNEL, "likes", "comments", "reposts", "views")
    rows = _rows(rng, inputs, CHANNELS[:3], _months(rng), blanks=rng.choice([0.1, 0.4]))
    return _one(rng, "blanks", rows, rows, ("date", "channel", *inputs))


def names(rng: Random) -> Case:
    """One name in several writings, and the words for none."""
    spellings = (
        "Telegram",
        "telegram",
        "TELEGRAM",
        " Telegram ",
        "Ｔelegram",
        "VK",
        "vk",
        "Vk\u00a0",
        "My  Page",
        "my page",
        "My\u00a0Page",
        "-",
        "",
        "N/A",
        "(not set)",
        "NULL",
        "—",
        "--",
        "н/д",
    )
    rows = _rows(rng, FUNNEL, [rng.choice(spellings) for _ in range(rng.randint(3, 8))], _months(rng))
    return _one(rng, "names", rows, rows, ("date", "channel", *FUNNEL))


def _sums(rows: Sequence[Row], inputs: Sequence[str], **told: str) -> Row:
    return {**told, **{name: sum((value for row in rows if isinstance(value := row.get(name), Fraction)), Fraction()) for name in inputs}}


def totals(rng: Random) -> Case:
    """Total rows at the top, in the middle, at the end: by words, as X Total, without any name."""
    inputs = ("spend", "impressions", "clicks", "leads")
    columns = ("channel", "campaign", *inputs)
    blocks = [
        [{**row, "campaign": f"c{at}{n}"} for n, row in enumerate(_rows(rng, inputs, [channel], ["2026-03"] * 2))] for at, channel in enumerate(CHANNELS[:3])
    ]
    clean: list[Row] = [row for block in blocks for row in block]
    raw: list[Row] = []
    way = rng.choice(["words", "middle", "arithmetic"])
    for block in blocks:
        raw += block
        if way == "middle":
            raw.append(_sums(block, inputs, channel=f"{block[0]['channel']} {rng.choice(['Total', 'Итог'])}"))
    told = {"channel": rng.choice(["Total", "Итого", "Grand total", "Всего", "Gesamt", "Results from 3 campaigns"])} if way != "arithmetic" else {}
    raw.insert(0 if rng.random() < 0.5 else len(raw), _sums(clean, inputs, **told))
    return _one(rng, "totals", raw, clean, columns, ((), ("channel",), ("campaign",)))


def currency(rng: Random) -> Case:
    """A column of currencies of which one is asked for."""
    columns = ("date", "channel", "currency", *FUNNEL)
    rows: list[Row] = [
        {**row, "currency": rng.choice(["USD", "EUR"]) if at else "USD"} for at, row in enumerate(_rows(rng, FUNNEL, CHANNELS[:3], _months(rng)))
    ]
    case = _one(rng, "currency", rows, rows, columns)
    return Case(case.shape, case.tables, case.files, case.by, (("currency", "USD"),))


def _several(rng: Random, shape: str, tables: Sequence[Table], by: Sequence[tuple[str, ...]] = BY) -> Case:
    return Case(shape, tuple(tables), tuple((f"{table.name}.csv", _file(rng, table.columns, table.rows)) for table in tables), tuple(by))


def files(rng: Random) -> Case:
    """A file a month of one cabinet, a column missing in some, and (in some) the last rows of one repeated in the next."""
    columns = ("date", "channel", "campaign", *FUNNEL)
    made: list[Table] = []
    before: list[Row] = []
    for at, month in enumerate(_months(rng, rng.randint(2, 3))):
        lacks = rng.choice(FUNNEL[1:]) if at and rng.random() < 0.4 else ""
        rows = _rows(rng, [name for name in FUNNEL if name != lacks], CHANNELS[:2], [month], campaigns=("one", "two"))
        again = [row for row in before if row["date"] == before[-1]["date"]] if before and not lacks and rng.random() < 0.5 else []
        if any(len(row) != len(columns) for row in again):
            again = []
        made.append(Table(f"part{at}", "ads", tuple(name for name in columns if name != lacks), (*again, *rows), "cabinet"))
        before = rows
    return _several(rng, "files", made, (*BY, ("campaign",)))


def cabinets(rng: Random) -> Case:
    """Two cabinets with unlike columns of different channels: neither has all columns of the other."""
    months = _months(rng)
    middle = ["impressions", "clicks", "leads", "conversions", "orders", "revenue", "likes", "comments", "reposts"]
    rng.shuffle(middle)
    made = []
    for at, (channels, own) in enumerate(((CHANNELS[:2], middle[:-2]), (CHANNELS[2:4], middle[2:]))):
        inputs = ("spend", *own)
        made.append(Table(f"cabinet{at}", "ads", ("date", "channel", *inputs), tuple(_rows(rng, inputs, channels, months))))
    return _several(rng, "cabinets", made)


def crm(rng: Random) -> Case:
    """Spend from a cabinet, results from a CRM that may lack a month or a channel, or the channels altogether."""
    months = _months(rng, rng.randint(1, 3))
    ads = ("spend", "impressions", "clicks", *(("leads",) if rng.random() < 0.5 else ()))
    sales = ("leads", "customers", "orders", "revenue")
    told = rng.random() < 0.7
    channels = CHANNELS[: rng.randint(2, 3)]
    mentioned = [month for month in months if rng.random() < 0.8] or months[:1]
    rows = _rows(rng, sales, channels if rng.random() < 0.6 else channels[:-1], mentioned)
    rows = [{**row, "leads": Fraction(rng.randint(2, 60))} for row in rows]  # a column of nothing but 1 means something else
    dims = ("date", "channel") if told else ("date",)
    made = [Table("ads", "ads", ("date", "channel", *ads), tuple(_rows(rng, ads, channels, months)))]
    made.append(Table("crm", "crm", (*dims, *sales), tuple({name: row[name] for name in (*dims, *sales)} for row in rows)))
    return _several(rng, "crm", made, BY if told else ((), ("month",)))


def lag(rng: Random) -> Case:
    """A cabinet and a CRM day by day, of which one may end earlier and be silent on some days."""
    month = _months(rng, 1)[0]
    channels = CHANNELS[: rng.randint(1, 2)]
    made = []
    for name, kind, inputs in (("ads", "ads", ("spend", "clicks")), ("crm", "crm", ("leads", "customers"))):
        days = [day for day in range(2, rng.randint(9, 28)) if kind == "ads" or rng.random() < rng.choice((0.5, 0.9, 1.0))] or [2]
        rows: list[Row] = [
            {"date": f"{month}-{day:02}", "channel": channel, **{key: _amount(rng, key) + (kind == "crm") * 2 for key in inputs}}
            for day in days
            for channel in channels
            if rng.random() < 0.95
        ]
        made.append(Table(name, kind, ("date", "channel", *inputs), tuple(rows)))
    return _several(rng, "lag", made)


def credits_(rng: Random) -> Case:
    """Rows in which the platform gave back a part of what was spent."""
    rows = _rows(rng, FUNNEL, CHANNELS[:3], _months(rng), 0.05)
    rows = [{**row, "spend": Fraction(-int(value * 25), 100)} if isinstance(value := row["spend"], Fraction) and rng.random() < 0.3 else row for row in rows]
    return _one(rng, "credits", rows, rows, ("date", "channel", *FUNNEL))


def posts(rng: Random) -> Case:
    """Posts in two exports of which one reaches further: its figures count."""
    inputs = (*FEEDBACK, "views", "reach")
    month = _months(rng, 2)
    dates = sorted(f"{rng.choice(month)}-{rng.randint(2, 26):02}" for _ in range(rng.randint(3, 9)))

    def told(at: int, date: str) -> Row:
        return {"post": f"p{at}", "date": date, "channel": CHANNELS[at % 2], **{name: _amount(rng, name) for name in inputs}}

    cut = rng.randint(1, len(dates) - 1)
    first: list[Row] = [told(at, date) for at, date in enumerate(dates[:cut])]
    second: list[Row] = [told(at, date) for at, date in enumerate(dates) if at >= cut - 1]
    second.append(told(len(dates), f"{month[-1]}-27"))  # reaches further, whatever the days above
    made = [Table(name, "posts", ("post", "date", "channel", *inputs), tuple(rows)) for name, rows in (("early", first), ("late", second))]
    rng.shuffle(made)
    return _several(rng, "posts", made, (*BY, ("post",)))


SHAPES: dict[str, Callable[[Random], Case]] = {made.__name__: made for made in (one_table, blanks, names, totals, currency, files, cabinets, crm, lag, posts)}
SHAPES["credits"] = credits_


def make(shape: str, seed: int) -> Case:
    """The case of a shape and a seed, always the same one."""
    return SHAPES[shape](Random(f"{shape}-{seed}"))


# --- ranges for plain functions ---

ONE_CELL = (*NOT_TOTALLED, "total_budget")


def ranges(seed: int) -> tuple[str, list[Range | None]]:
    """A function and its ranges, with at most one kind of trouble: blanks, zeros, a negative number."""
    rng = Random(f"function-{seed}")
    key = rng.choice(sorted(FUNCTIONS))
    size, trouble = rng.choice([1, 1, 2, 5]), rng.choice(["", "", "blank", "zero", "negative"])
    made: list[Range | None] = []
    several = key == "reach_bounds"
    for argument in FUNCTIONS[key]:
        name = argument.strip("[]")
        if argument != name and rng.random() < 0.4:
            made += [None] * (len(FUNCTIONS[key]) - len(made))  # arguments are left out from the end
            break
        length = 1 if name in ONE_CELL and not several and rng.random() < 0.9 else size
        values: list[Fraction | None] = [_amount(rng, name) for _ in range(length)]
        if trouble == "zero" and name != "margin" and not several:
            values = [Fraction(0)] * length
        if trouble == "blank" and size > 1 and length == size and name not in ONE_CELL:
            values = [None if rng.random() < 0.3 else value for value in values]
        made.append(values)
    if trouble == "negative" and (first := made[0]) and first[0]:
        made[0] = [-first[0], *first[1:]]
    return key, made


__all__ = ["DIMENSIONS", "SHAPES", "Case", "make", "ranges"]
