"""The reverse funnel: from the customers wanted back to the budget, each stage rounded up, with the cost per lead that breaks even beside it."""

from __future__ import annotations

from typing import NamedTuple

from smm_xl.catalog.kpi import Calculation, Unit
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.reports.result import Column, Kind, Result, Row
from smm_xl.targets.calculations import named, result_of

_SUBTITLE = Text("From the goal back to the budget, each stage rounded up", "От цели к бюджету, каждый шаг округлён вверх")
_NAME = Text("Reverse funnel", "Обратная воронка")
_COLUMNS = (
    Column("key", Text("key", "ключ"), Kind.KEY),
    Column("name", Text("name", "название"), Kind.WORDS, width=44),
    Column("value", Text("value", "значение"), Kind.FIGURE, is_main=True),
    Column("formula", Text("formula", "формула"), Kind.WORDS, width=60),
)


class Line(NamedTuple):
    """One figure of the plan; ``value`` is None where it cannot be known from what was given."""

    key: str
    name: Text
    value: float | None
    formula: Text
    is_money: bool


class Funnel(NamedTuple):
    """The stages from the goal to the budget, what they imply, and what a reader should know."""

    lines: tuple[Line, ...]
    notes: tuple[Text, ...]

    def result(self) -> Result:
        """For outputs: a row for each figure. Nothing can be totalled, and there are no sources."""
        rows = tuple(Row((line.key, line.name, line.value, line.formula), unit=Unit.MONEY if line.is_money else Unit.COUNT) for line in self.lines)
        return Result(_NAME, _NAME, _SUBTITLE, _COLUMNS, rows, {}, self.notes, speaks_for_itself=True)


def reverse(*, customers: object, cr_lead_customer: object, cr_click_lead: object, cpc: object, aov: object = None, margin: object = None) -> Funnel:
    """How many leads, clicks and how much money so many customers need.

    Numbers, or text as people type it; conversions and the margin are shares (0.2 or 20 %), cpc and aov money. Without aov or
    margin the break-even cost per lead is not known. Raises InputError, which names the option.
    """
    leads = _stage("plan_leads", customers=customers, cr_lead_customer=cr_lead_customer)
    clicks = _stage("plan_clicks", leads=leads, cr_click_lead=cr_click_lead)
    budget = _stage("plan_budget", clicks=clicks, cpc=cpc)
    wanted = _stage("gap", "customers", fact=customers, target=0)
    most = _stage("max_cpl", aov=aov, margin=margin, cr_lead_customer=cr_lead_customer) if aov is not None and margin is not None else None
    cpl, cac = (budget / count if count else None for count in (leads, wanted))
    lines = (
        Line("customers", Text("Customers wanted", "Нужно клиентов"), wanted, Text("the goal", "цель"), False),
        _line("plan_leads", leads), _line("plan_clicks", clicks), _line("plan_budget", budget, is_money=True),
        Line("cpl", Text("Cost per lead in this plan", "Стоимость заявки в этом плане (CPL)"), cpl, Text("budget / leads", "бюджет / заявки"), True),
        _line("max_cpl", most, is_money=True),
        Line("cac", Text("Cost per customer in this plan", "Стоимость клиента в этом плане (CAC)"), cac, Text("budget / customers", "бюджет / клиенты"), True),
    )  # fmt: skip
    return Funnel(lines, tuple(_notes(cpl, most, cac)))


def _notes(cpl: float | None, most: float | None, cac: float | None) -> list[Text]:
    if most is None:
        needed = "" if cac is None else f"{cac:.2f}"
        return [
            Text(
                f"the break-even cost per lead is not known without --aov and --margin; each customer must bring at least {needed} of gross profit" if needed else
                "the break-even cost per lead is not known without --aov and --margin",
                f"предельная стоимость заявки неизвестна без --aov и --margin; каждый клиент должен принести не меньше {needed.replace('.', ',')} валовой прибыли" if needed else
                "предельная стоимость заявки неизвестна без --aov и --margin",
            )
        ]  # fmt: skip
    if cpl is not None and round(cpl - most, 9) > 0:
        return [Text("this plan loses money: a lead costs more than it may", "план убыточен: заявка стоит больше, чем может")]
    return []


def _line(key: str, value: float | None, *, is_money: bool = False) -> Line:
    entry = _calculation(key)
    return Line(key, entry.name, value, entry.formula, is_money)


def _calculation(key: str) -> Calculation:
    entry = named(key)
    assert isinstance(entry, Calculation)
    return entry


def _stage(key: str, option: str = "", **values: object) -> float:
    """A calculation of the catalog. Raises InputError for the first value that it does not take."""
    entry = _calculation(key)
    for given in entry.arguments:
        read = result_of(entry, [values[other.name] if other is given else 0.5 for other in entry.arguments])
        if isinstance(read, str):
            name, found = option or given.name, values[given.name]
            raise InputError(
                Text(f"«{found}» is not accepted ({read})", f"«{found}» не подходит ({read})"),
                accepted=Text(f"accepted: {given.about.en}", f"принимается: {given.about.ru}"),
                cure=Text("write a number such as 50, 0.2 or 20%", "напишите число, например 50, 0,2 или 20%"),
                place=f"--{name.replace('_', '-')}",
            )
    result = result_of(entry, [values[given.name] for given in entry.arguments])
    if not isinstance(result, float):
        raise InputError(
            Text(f"the numbers are too large to plan with ({result})", f"числа слишком велики для расчёта ({result})"),
            cure=Text("write smaller ones", "напишите меньшие"),
        )
    return result
