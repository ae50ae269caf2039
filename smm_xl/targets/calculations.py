"""The functions of targets and of statistics: their names, help, arguments, pitfalls. What they calculate is in ``targets`` and ``statistics``.

A new one is one entry of CALCULATIONS; every surface is made from that list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from smm_xl import language
from smm_xl.catalog import registry
from smm_xl.catalog.kpi import OMITTED, Argument, Better, Calculation, Example, Field, Group, Kpi, Limits, Spread, Takes, Total, Unit
from smm_xl.catalog.registry import folded
from smm_xl.cells import cell as cells
from smm_xl.cells.block import as_block
from smm_xl.cells.cell import NA, VALUE, CellError, each_read, shielded
from smm_xl.errors import CatalogError, UnknownName
from smm_xl.language import Text
from smm_xl.targets import arithmetic, statistics
from smm_xl.targets.arithmetic import AMBER, CAP, FLOOR, GREEN, Method

# --- how arguments are read -----------------------------------------------------------------------------------------


_any, _not_negative, _fraction = Limits.ANY.read, Limits.NOT_NEGATIVE.read, Limits.FRACTION.read
_SIGNS = {"1": Better.HIGHER, "-1": Better.LOWER}  # as they stand: folded, -1 would lose its sign
_DIRECTIONS = {folded(word): better for better in Better for word in (better.key, *better.words)}
_METHODS = {folded(word): method for method in Method for word in (method.key, *method.words)}


def direction(value: object) -> Better | None:
    """Which direction is good: a KPI by key or name, ``higher``, ``lower``, ``neutral``, 1 or -1. Raises CellError #VALUE! for anything else."""
    name = cells.text(value)
    if name is None:
        return None
    try:
        return _SIGNS.get(name) or _DIRECTIONS.get(folded(name)) or registry.kpi(name).better
    except UnknownName:
        raise CellError(VALUE) from None


def _method(value: object) -> Method | None:
    name = cells.text(value)
    if name is None:
        return None
    if folded(name) not in _METHODS:
        raise CellError(VALUE)
    return _METHODS[folded(name)]


def known_or_not(value: object) -> float | None:
    """An attainment: a blank cell and #N/A are unknown. Raises CellError for other errors and for what is no number."""
    try:
        return _any(value)
    except CellError as error:
        if error.code == NA:
            return None
        raise


def spoken(value: object) -> str:
    """The language that a cell names; the package's setting for a blank one. Raises CellError #VALUE! for another language."""
    found = cells.text(value)
    if found is None:
        return language.setting()
    if folded(found)[:2] not in language.LANGUAGES:
        raise CellError(VALUE)
    return folded(found)[:2]


class _Cells(NamedTuple):
    """A range of numbers, None where unknown, and its shape."""

    height: int
    width: int
    values: list[float | None]


def _range_of(read: Callable[[object], float | None]) -> Callable[[object], _Cells]:
    def read_range(value: object) -> _Cells:
        rows = as_block(value) or [[value]]
        return _Cells(len(rows), len(rows[0]), each_read(read, chain.from_iterable(rows)))

    return read_range


def scale(value: object) -> list[tuple[float, float]]:
    """A bonus scale: a range of two columns, score from and payout. Raises CellError, see ``arithmetic.steps``."""
    rows = as_block(value) or [[value]]
    if any(len(row) != 2 for row in rows):
        raise CellError(NA if all(cell is None or cell == "" for row in rows for cell in row) else VALUE)
    numbers = each_read(_any, chain.from_iterable(rows))
    return arithmetic.steps(list(zip(numbers[::2], numbers[1::2], strict=True)))


# --- arguments ------------------------------------------------------------------------------------------------------


def _number(name: str, about: Text, read: Callable[[object], Any] = _any, **more: Any) -> Argument:
    return Argument(name, about, read=read, **more)


def _day(name: str, about: Text) -> Argument:
    return Argument(
        name,
        Text(f"{about.en}: a date cell, 2026-06-15 or 15.06.2026", f"{about.ru}: ячейка с датой, 2026-06-15 или 15.06.2026"),
        read=cells.day,
        takes=Takes.DAY,
    )


def _count(name: str, about: Text) -> Argument:
    given = Field(name, about, Unit.COUNT)
    return Argument(
        name,
        Text(f"{about.en}: a number or a range, which is added up", f"{about.ru}: число или диапазон, который складывается"),
        read=_not_negative,
        field=given,
    )


_FACT = _number("fact", Text("What was reached: a number, a cell or a column", "Что достигнуто: число, ячейка или столбец"))
_TARGET = _number(
    "target",
    Text(
        "The target: a number, a cell or a column; 0 is a target of zero, a blank cell none",
        "План: число, ячейка или столбец; 0 — это план ноль, пустая ячейка — плана нет",
    ),
)
_AS_OF = _day("as_of", Text("Last day of the data, which counts as passed", "Последний день данных, он считается прошедшим"))
_START = _day("period_start", Text("First day of the period", "Первый день периода"))
_END = _day("period_end", Text("Last day of the period", "Последний день периода"))
_LANGUAGE = Argument("language", Text('"ru" or "en"; blank: the setting', "«ru» или «en»; пусто: по настройке"), read=spoken, optional=True, takes=Takes.WORD)
_RATE_HELP = Text("a share above 0 and at most 1, such as 0.2 or 20 %", "доля больше 0 и не больше 1, например 0,2 или 20 %")


def _rate(name: str, about: Text, **more: Any) -> Argument:
    return Argument(name, Text(f"{about.en}: {_RATE_HELP.en}", f"{about.ru}: {_RATE_HELP.ru}"), read=_fraction, **more)


_CONFIDENCE = _rate(
    "confidence",
    Text("Confidence", "Доверие"),
    optional=True,
    default=0.95,
    field=Field("confidence", Text("Confidence", "Доверие"), Unit.SHARE, Total.RATE, Limits.FRACTION),
)
_SUCCESSES = _count("successes", Text("Successes, such as leads", "Успехи, например заявки"))
_TRIALS = _count("trials", Text("Trials, such as clicks", "Попытки, например клики"))
_ARMS = (
    _count("successes_a", Text("Successes of A", "Успехи варианта A")),
    _count("trials_a", Text("Trials of A", "Попытки варианта A")),
    _count("successes_b", Text("Successes of B", "Успехи варианта B")),
    _count("trials_b", Text("Trials of B", "Попытки варианта B")),
)
_MARGIN = _rate("margin", Text("Margin", "Маржинальность"))
_AOV = _number("aov", Text("Average order value", "Средний чек"))

# --- what the functions call ----------------------------------------------------------------------------------------


def _attainment(fact: float, target: float, better: Better | None, baseline: float | None, method: Method | None) -> float:
    return arithmetic.attainment(fact, target, better or Better.HIGHER, baseline, method or Method.RATIO)


def _status(attained: float | None, green: float, amber: float, speaks: str | None) -> str:
    return arithmetic.status(attained, green, amber).in_language(speaks or language.setting())


def _score(attainments: _Cells, weights: _Cells, cap: float, floor: float) -> float:
    if attainments[:2] != weights[:2]:
        raise CellError(VALUE)
    return arithmetic.score(attainments.values, weights.values, cap, floor).value


_AS_THE_KPI = Text("as the KPI", "как у KPI")
_SHARE, _COUNT, _MONEY = Unit.SHARE.words, Unit.COUNT.words, Unit.MONEY.words
_NOT_FOR_RATIOS = Text(
    "Flows only (spend, leads, views): a ratio is forecast from the forecasts of its parts, a stock such as followers not at all.",
    "Только для того, что накапливается (расход, заявки, просмотры): отношение прогнозируют по его частям, подписчиков так не прогнозируют.",
)

CALCULATIONS = (
    Calculation(
        "gap", Text("Gap to the target", "Отклонение от плана"),
        Text("Fact less target, in the KPI's unit; of a share it is in percentage points. Works row by row.",
             "Факт минус план, в единицах KPI; для доли это процентные пункты (п. п.). Работает построчно."),
        Text("fact - target", "факт - план"), _AS_THE_KPI, Better.NEUTRAL, Group.GOALS, (_FACT, _TARGET), arithmetic.gap,
        Text("How much is missing or over, in the KPI's own unit.", "Сколько не хватает или сверх плана, в единицах самого KPI."),
        Text("The sign is plain arithmetic: +60 of CPL is bad, +60 leads are good; the status says which. A gap of 0.0028 between shares is 0.28 pp, not 0.28 %.",
             "Знак — просто арифметика: +60 к CPL плохо, +60 заявок хорошо; что из двух, говорит статус. Отклонение доли 0,0028 — это 0,28 п. п., а не 0,28 %."),
        article=True,
        example=Example("90, 100", "-10.0")),
    Calculation(
        "gap_pct", Text("Gap to the target, %", "Отклонение от плана, %"),
        Text("Fact less target, relative to the target: 0.1 is 10 % above it. Works row by row.",
             "Факт минус план относительно плана: 0,1 — на 10 % выше плана. Работает построчно."),
        Text("(fact - target) / |target|", "(факт - план) / |план|"), _SHARE, Better.NEUTRAL, Group.GOALS, (_FACT, _TARGET), arithmetic.relative_gap,
        Text("To compare gaps of KPIs in different units.", "Чтобы сравнивать отклонения KPI в разных единицах."),
        Text("ER of 2.92 % against 2.64 % is +10.6 % here and +0.28 pp in SMM_GAP: say which. A target of 0 gives #DIV/0!.",
             "ER 2,92 % при плане 2,64 % — это +10,6 % здесь и +0,28 п. п. в SMM_GAP: называйте, что из двух. План 0 даёт #ДЕЛ/0!."),
        article=True,
        example=Example("110, 100", "0.1")),
    Calculation(
        "attainment", Text("Target attainment", "Выполнение плана"),
        Text('How far the target is reached: 1 at the target, also where lower is better (then target by fact). Name the KPI ("cpl") and it knows the direction.',
             "Насколько выполнен план: 1 — ровно план, и тогда, когда лучше меньше (план делится на факт). Назовите KPI («cpl»), и направление известно."),
        Text("fact / target; lower is better: target / fact; from a baseline: (fact - baseline) / (target - baseline)",
             "факт / план; лучше меньше: план / факт; от базы: (факт - база) / (план - база)"),
        _SHARE, Better.HIGHER, Group.GOALS,
        (_FACT, _TARGET,
         Argument("better", Text('KPI key ("cpl"), "lower", "higher", 1 or -1; higher when left out', "Ключ KPI («cpl»), «меньше», «больше», 1 или -1; без него больше — лучше"),
                  read=direction, optional=True, takes=Takes.WORD),
         Argument("baseline", Text("The value at the start; then the part of the way to the target counts", "Значение на старте; тогда считается пройденная часть пути к плану"),
                  read=_any, optional=True),
         Argument("method", Text('For lower is better: "ratio" (target / fact) or "mirror" (2 - fact / target)', "Если лучше меньше: «ratio» (план / факт) или «mirror» (2 - факт / план)"),
                  read=_method, optional=True, takes=Takes.WORD)),
        _attainment,
        Text("For every line of a plan; it feeds SMM_STATUS and SMM_SCORE.", "Для каждой строки плана; на нём стоят SMM_STATUS и SMM_SCORE."),
        Text("Without the direction a CPL of 360 against 300 looks like 120 %: name the KPI. A negative target needs a baseline (#NUM!). Target 0: 1 or 0.",
             "Без направления CPL 360 при плане 300 выглядит как 120 %: назовите KPI. Отрицательному плану нужна база (#ЧИСЛО!). План 0: 1 или 0."),
        article=True,
        example=Example('360, 300, "cpl"', "0.8333333333333334")),
    Calculation(
        "status", Text("Status", "Статус"),
        Text("On plan from 1, at risk from 0.9, else behind; no data where the attainment is unknown. A sign and a word.",
             "В плане — от 1, риск — от 0,9, ниже отставание; если выполнение неизвестно — нет данных. Знак и слово."),
        Text("● on plan: attainment >= green; ▲ at risk: >= amber; ■ behind: below; — no data: unknown",
             "● в плане: выполнение >= зелёный порог; ▲ риск: >= жёлтый; ■ отставание: ниже; — нет данных: неизвестно"),
        Text("text", "текст"), Better.NEUTRAL, Group.GOALS,
        (_number("attainment", Text("Attainment, such as SMM_ATTAINMENT gives it: a number, a cell or a column", "Выполнение, например из SMM_ATTAINMENT: число, ячейка или столбец"), known_or_not,
                 may_be_unknown=True),
         _number("green", Text("From which attainment it is on plan", "С какого выполнения «в плане»"), optional=True, default=GREEN),
         _number("amber", Text("From which attainment it is at risk", "С какого выполнения «риск»"), optional=True, default=AMBER), _LANGUAGE),
        _status,
        Text("To read a plan at a glance, also in print and by people who do not tell colours apart.", "Чтобы план читался сразу, в том числе на печати и без различения цветов."),
        Text('It takes an attainment, not a fact. Spend, budget use and frequency have no good direction: SMM_PLAN gives them no verdict. Count with COUNTIF(range, "*on plan").',
             "Берёт выполнение, а не факт. У расхода, освоения бюджета и частоты нет хорошего направления: в SMM_PLAN они без оценки. Считать: СЧЁТЕСЛИ(диапазон; \"*в плане\")."),
        article=True,
        example=Example('0.95, language="en"', "'▲ at risk'")),
    Calculation(
        "change", Text("Change on the previous period", "Изменение к прошлому периоду"),
        Text("Fact less the previous value, relative to it: 0.1 is 10 % more. Works row by row.",
             "Факт минус прошлое значение относительно него: 0,1 — на 10 % больше. Работает построчно."),
        Text("(fact - previous) / |previous|", "(факт - прошлое) / |прошлое|"), _SHARE, Better.NEUTRAL, Group.GOALS,
        (_FACT, _number("previous", Text("The value of the period before", "Значение прошлого периода"))), arithmetic.relative_gap,
        Text("Month on month, year on year.", "Месяц к месяцу, год к году."),
        Text("A month that has only begun is not a month: compare with the same part of the month before, or forecast first. A previous value of 0 gives #DIV/0!.",
             "Начатый месяц — не месяц: сравнивайте с такой же частью прошлого или сначала сделайте прогноз. Прошлое значение 0 даёт #ДЕЛ/0!."),
        example=Example("110, 100", "0.1")),
    Calculation(
        "forecast", Text("Run-rate forecast to the end of the period", "Прогноз на конец периода"),
        Text("Where the period ends at the pace so far: fact by days passed, times days of the period. The day of the data counts as passed.",
             "Чем кончится период при нынешнем темпе: факт, делённый на прошедшие дни, на все дни периода. День данных считается прошедшим."),
        Text("fact / days passed * days in the period", "факт / прошедшие дни * дни периода"), _AS_THE_KPI, Better.NEUTRAL, Group.GOALS,
        (_FACT, _AS_OF, _START, _END), arithmetic.forecast,
        Text("In the middle of a month, to see whether the plan will be met.", "В середине месяца, чтобы понять, выйдем ли на план."),
        Text(f"{_NOT_FOR_RATIOS.en} Before the period: #N/A.", f"{_NOT_FOR_RATIOS.ru} До начала периода: #Н/Д."),
        example=Example('100, "2026-01-10", "2026-01-01", "2026-01-31"', "310.0")),
    Calculation(
        "pace", Text("Pace to the target", "Темп выполнения плана"),
        Text("Fact by the part of the target that is due by now: 1 is exactly in step, 0.8 a fifth behind.",
             "Факт к той части плана, которая положена на сегодня: 1 — идём ровно, 0,8 — отстаём на пятую часть."),
        Text("fact / (target * share of the period passed)", "факт / (план * прошедшая доля периода)"), _SHARE, Better.HIGHER, Group.GOALS,
        (_FACT, _TARGET, _AS_OF, _START, _END), arithmetic.pace,
        Text("In the middle of a period, for what adds up and where more is better.", "В середине периода, для того, что накапливается и где больше — лучше."),
        Text("Flows only, and not for ratios. For spend a pace above 1 means that the money runs out early. A target below 0: #NUM!.",
             "Только для того, что накапливается, не для отношений. Для расхода темп больше 1 значит, что деньги кончатся раньше. План меньше 0: #ЧИСЛО!."),
        example=Example('100, 310, "2026-01-10", "2026-01-01", "2026-01-31"', "1.0")),
    Calculation(
        "need_per_day", Text("Needed per remaining day", "Нужно в день"),
        Text("How much each day that is left must bring to reach the target; below 0 once it is passed.",
             "Сколько нужно в каждый оставшийся день, чтобы выйти на план; меньше 0, если план уже выполнен."),
        Text("(target - fact) / days left", "(план - факт) / оставшиеся дни"), _AS_THE_KPI, Better.NEUTRAL, Group.GOALS,
        (_FACT, _TARGET, _AS_OF, _END), arithmetic.need_per_day,
        Text("To turn what is missing into a task for tomorrow.", "Чтобы превратить остаток плана в задачу на завтра."),
        Text("The day of the data counts as passed, so on the last day none is left: #DIV/0!. Flows only.",
             "День данных считается прошедшим, поэтому в последний день дней не осталось: #ДЕЛ/0!. Только для того, что накапливается."),
        example=Example('100, 310, "2026-01-10", "2026-01-31"', "10.0")),
    Calculation(
        "score", Text("Weighted KPI score", "Взвешенный KPI"),
        Text("Weighted mean of attainments, each cut at cap and floor, over the KPIs whose attainment is known.",
             "Среднее выполнений с весами, каждое в пределах от пола до потолка, по тем KPI, где выполнение известно."),
        Text("SUM(weight * MIN(MAX(attainment, floor), cap)) / SUM(weight)", "СУММ(вес * МИН(МАКС(выполнение; пол); потолок)) / СУММ(вес)"),
        _SHARE, Better.HIGHER, Group.GOALS,
        (Argument("attainments", Text("Range of attainments; blank and #N/A are unknown", "Диапазон выполнений; пустые и #Н/Д — неизвестны"), read=_range_of(known_or_not), is_whole=True, takes=Takes.RANGE),
         Argument("weights", Text("Range of weights, of the same shape; they need not add up to 100 %", "Диапазон весов той же формы; складываться в 100 % не обязаны"),
                  read=_range_of(_any), is_whole=True),
         _number("cap", Text("Most that one KPI may count", "Больше этого один KPI не даёт"), optional=True, default=CAP),
         _number("floor", Text("Least that one KPI counts", "Меньше этого один KPI не даёт"), optional=True, default=FLOOR)),
        _score,
        Text("One figure for the work of a specialist over several KPIs.", "Одна цифра за работу специалиста по нескольким KPI."),
        Text("An unknown KPI is left out, not counted as 0: see in SMM_SCORECARD which share of the weight was known. Without a cap 300 % of reach would hide 50 % of leads.",
             "Неизвестный KPI не входит, а не считается нулём: известную долю веса показывает SMM_SCORECARD. Без потолка 300 % охвата скрыли бы 50 % заявок."),
        Spread.WHOLE,
        example=Example("[[0.8], [1.3]], [[60], [40]]", "0.96")),
    Calculation(
        "bonus", Text("KPI bonus", "Премия по KPI"),
        Text("Full bonus times the payout of the score. Without a scale: below 0.8 nothing, then the score itself, at most 1.2.",
             "Полная премия на долю выплаты. Без шкалы: ниже 0,8 ничего, дальше сама оценка, не больше 1,2."),
        Text("full bonus * payout(score)", "полная премия * выплата(оценка)"), _MONEY, Better.HIGHER, Group.GOALS,
        (_number("full_bonus", Text("Bonus at a score of 1", "Премия при оценке 1"), _not_negative),
         _number("score", Text("Score, such as SMM_SCORE gives it", "Оценка, например из SMM_SCORE")),
         Argument("scale", Text("Two columns: score from, payout (1 is the full bonus); steps in any order", "Два столбца: оценка от, выплата (1 — полная премия); ступени в любом порядке"),
                  read=scale, optional=True, is_whole=True)),
        arithmetic.bonus,
        Text("To turn a score into money by rules that everybody can read.", "Чтобы превратить оценку в деньги по понятным всем правилам."),
        Text("Scores are rounded to 9 digits before a step is looked up, so 80 % made of parts is not 79.99999 %. Give the scale without its headings.",
             "Перед поиском ступени оценка округляется до 9 знаков, поэтому 80 % из частей не станут 79,99999 %. Шкалу указывайте без заголовков."),
        example=Example("10000, 0.96", "9600.0")),
    Calculation(
        "plan_leads", Text("Leads needed", "Нужно заявок"),
        Text("Customers wanted by the conversion of leads into customers, rounded up.", "Нужные клиенты, делённые на конверсию из заявки в клиента, с округлением вверх."),
        Text("ROUNDUP(customers / cr_lead_customer)", "ОКРУГЛВВЕРХ(клиенты / конверсия из заявки в клиента)"), _COUNT, Better.NEUTRAL, Group.GOALS,
        (_number("customers", Text("Customers wanted", "Сколько клиентов нужно"), _not_negative), _rate("cr_lead_customer", Text("Conversion lead to customer", "Конверсия из заявки в клиента"))),
        arithmetic.stage,
        Text("First step back from the goal; then SMM_PLAN_CLICKS and SMM_PLAN_BUDGET.", "Первый шаг от цели назад; дальше SMM_PLAN_CLICKS и SMM_PLAN_BUDGET."),
        Text("Each stage is rounded up before the next. A conversion of 20 % is 0.2: a bare 20 gives #NUM!.",
             "Каждый шаг округляется вверх до следующего. Конверсия 20 % — это 0,2: просто 20 даёт #ЧИСЛО!."),
        example=Example("50, 0.2", "250.0")),
    Calculation(
        "plan_clicks", Text("Clicks needed", "Нужно кликов"),
        Text("Leads wanted by the conversion of clicks into leads, rounded up.", "Нужные заявки, делённые на конверсию из клика в заявку, с округлением вверх."),
        Text("ROUNDUP(leads / cr_click_lead)", "ОКРУГЛВВЕРХ(заявки / конверсия из клика в заявку)"), _COUNT, Better.NEUTRAL, Group.GOALS,
        (_number("leads", Text("Leads wanted", "Сколько заявок нужно"), _not_negative), _rate("cr_click_lead", Text("Conversion click to lead", "Конверсия из клика в заявку"))),
        arithmetic.stage,
        Text("From leads back to the traffic that they need.", "От заявок назад к трафику, который для них нужен."),
        Text("9 / 0.072 is 125 and not 126: noise behind the ninth digit is not rounded up. The conversion is of the past: check it with SMM_CR_LOW.",
             "9 / 0,072 — это 125, а не 126: шум после девятого знака вверх не округляется. Конверсия — из прошлого: проверьте её через SMM_CR_LOW."),
        example=Example("250, 0.05", "5000.0")),
    Calculation(
        "plan_budget", Text("Budget needed", "Нужный бюджет"),
        Text("Clicks wanted times the price of a click.", "Нужные клики, умноженные на цену клика."),
        Text("clicks * cpc", "клики * цена клика"), _MONEY, Better.NEUTRAL, Group.GOALS,
        (_number("clicks", Text("Clicks wanted", "Сколько кликов нужно"), _not_negative), _number("cpc", Text("Cost per click", "Цена клика (CPC)"), _not_negative)),
        arithmetic.product,
        Text("Last step of the reverse funnel: what the goal costs.", "Последний шаг обратной воронки: во что обойдётся цель."),
        Text("Advertising only, without labour, content and tools. More budget usually makes clicks dearer.",
             "Только реклама, без труда, контента и сервисов. С ростом бюджета клики обычно дорожают."),
        example=Example("5000, 40", "200000.0")),
    Calculation(
        "max_cpl", Text("Break-even cost per lead", "Предельная стоимость заявки"),
        Text("What a lead may cost at most: order value times margin times conversion of leads into customers.",
             "Сколько заявка может стоить самое большее: средний чек на маржинальность и на конверсию из заявки в клиента."),
        Text("aov * margin * cr_lead_customer", "средний чек * маржинальность * конверсия из заявки в клиента"), _MONEY, Better.NEUTRAL, Group.GOALS,
        (_AOV, _MARGIN, _rate("cr_lead_customer", Text("Conversion lead to customer", "Конверсия из заявки в клиента"))), arithmetic.product,
        Text("To set a target for CPL that does not lose money.", "Чтобы поставить план по CPL, который не в убыток."),
        Text("It leaves no profit: the target must lie below it. First orders only; repeat orders allow more.",
             "Прибыли при ней нет: план должен быть ниже. Считается первый заказ; повторные позволяют больше."),
        example=Example("5000, 0.4, 0.2", "400.0")),
    Calculation(
        "max_cpc", Text("Break-even cost per click", "Предельная цена клика"),
        Text("What a click may cost at most: order value times margin times conversion of clicks into customers.",
             "Сколько клик может стоить самое большее: средний чек на маржинальность и на конверсию из клика в клиента."),
        Text("aov * margin * cr_click_customer", "средний чек * маржинальность * конверсия из клика в клиента"), _MONEY, Better.NEUTRAL, Group.GOALS,
        (_AOV, _MARGIN, _rate("cr_click_customer", Text("Conversion click to customer", "Конверсия из клика в клиента"))), arithmetic.product,
        Text("To set the highest bid in an advertising cabinet.", "Чтобы поставить предельную ставку в рекламном кабинете."),
        Text("It leaves no profit: the bid must lie below it. The conversion is from click to customer, not to lead.",
             "Прибыли при ней нет: ставка должна быть ниже. Конверсия — из клика в клиента, а не в заявку."),
        example=Example("5000, 0.4, 0.01", "20.0")),
    # statistics
    Calculation(
        "cr_low", Text("Conversion rate, lower bound", "Нижняя граница конверсии"),
        Text("The rate is hardly lower than this: Wilson interval. Ranges are added up first.", "Ниже этого конверсия вряд ли: интервал Уилсона. Диапазоны сначала складываются."),
        Text("Wilson score interval, lower", "интервал Уилсона, нижняя граница"), _SHARE, Better.NEUTRAL, Group.STATISTICS, (_SUCCESSES, _TRIALS, _CONFIDENCE),
        statistics.cr_low,
        Text("Before a rate of few clicks goes into a plan.", "Прежде чем брать в план конверсию по малому числу кликов."),
        Text("More successes than trials (leads without a click) give #NUM!. 0 of 50 does not mean 0 %: the upper bound is 7 %.",
             "Успехов больше, чем попыток (заявки без клика), — #ЧИСЛО!. 0 из 50 не значит 0 %: верхняя граница 7 %."),
        Spread.TOTALS,
        example=Example("7, 50", "0.069...")),
    Calculation(
        "cr_high", Text("Conversion rate, upper bound", "Верхняя граница конверсии"),
        Text("The rate is hardly higher than this: Wilson interval. Ranges are added up first.", "Выше этого конверсия вряд ли: интервал Уилсона. Диапазоны сначала складываются."),
        Text("Wilson score interval, upper", "интервал Уилсона, верхняя граница"), _SHARE, Better.NEUTRAL, Group.STATISTICS, (_SUCCESSES, _TRIALS, _CONFIDENCE),
        statistics.cr_high,
        Text("To see what a campaign without leads may still bring.", "Чтобы понять, что ещё может дать кампания без заявок."),
        Text("More successes than trials give #NUM!. The interval speaks of chance only, not of seasons or of a worse audience.",
             "Успехов больше, чем попыток, — #ЧИСЛО!. Интервал говорит только о случайности, а не о сезоне и не об аудитории."),
        Spread.TOTALS,
        example=Example("7, 50", "0.261...")),
    Calculation(
        "ab_pvalue", Text("A/B test p-value", "Значимость A/B (p-value)"),
        Text("How likely a difference as large as this is by chance alone: two-proportion z test, pooled, two-sided. Below 0.05 it is usually called significant.",
             "Насколько вероятна такая разница по чистой случайности: z-тест двух долей, двусторонний. Меньше 0,05 обычно называют значимой разницей."),
        Text("two-proportion z test, pooled, two-sided", "z-тест двух долей, объединённая оценка, двусторонний"), _SHARE, Better.LOWER, Group.STATISTICS, _ARMS,
        statistics.ab_pvalue,
        Text("Once, when an A/B test has reached its planned size.", "Один раз, когда A/B-тест набрал запланированный объём."),
        Text("Looking every day and stopping at the first 0.05 finds differences that are not there. Fix the size first: SMM_AB_SAMPLE. No successes at all: #DIV/0!.",
             "Если смотреть каждый день и остановиться на первых 0,05, найдётся разница, которой нет. Сначала объём: SMM_AB_SAMPLE. Совсем без успехов: #ДЕЛ/0!."),
        Spread.TOTALS,
        example=Example("50, 1000, 59, 1000", "0.375...")),
    Calculation(
        "ab_lift", Text("Relative lift of B over A", "Прирост B к A"),
        Text("How much higher the rate of B is, relative to A: 0.18 is 18 % more.", "Насколько конверсия B выше, чем у A, относительно A: 0,18 — на 18 % больше."),
        Text("(successes_b / trials_b) / (successes_a / trials_a) - 1", "(успехи B / попытки B) / (успехи A / попытки A) - 1"),
        _SHARE, Better.HIGHER, Group.STATISTICS, _ARMS, statistics.ab_lift,
        Text("To say how large the difference is, beside its p-value.", "Чтобы сказать, насколько велика разница, рядом с p-value."),
        Text("From 5 % to 5.9 % is a lift of 18 %, or 0.9 pp: name which. A lift without its p-value says nothing.",
             "С 5 % до 5,9 % — это прирост 18 %, или 0,9 п. п.: называйте, что из двух. Без p-value прирост ничего не значит."),
        Spread.TOTALS,
        example=Example("40, 1000, 50, 1000", "0.25")),
    Calculation(
        "ab_sample", Text("Sample size per arm", "Нужный объём выборки на вариант"),
        Text("How many trials each arm of an A/B test needs to find a relative lift.", "Сколько попыток нужно каждому варианту A/B-теста, чтобы увидеть такой прирост."),
        Text("(z(1 - alpha / 2) + z(power))^2 * (p1 q1 + p2 q2) / (p2 - p1)^2, rounded up", "(z(1 - alpha / 2) + z(power))^2 * (p1 q1 + p2 q2) / (p2 - p1)^2, вверх"),
        _COUNT, Better.NEUTRAL, Group.STATISTICS,
        (_rate("base_rate", Text("Rate of A today", "Конверсия A сейчас")), _number("lift", Text("Relative lift to be found: 0.2 is 20 % more", "Прирост, который нужно увидеть: 0,2 — на 20 % больше")),
         _rate("power", Text("Chance to find it", "Вероятность его увидеть"), optional=True, default=0.8),
         _rate("alpha", Text("Chance of a false alarm", "Вероятность ложной тревоги"), optional=True, default=0.05)),
        statistics.ab_sample,
        Text("Before an A/B test, to know how long it must run.", "До A/B-теста, чтобы знать, сколько ему идти."),
        Text("For each arm, so twice as many in all. A lift is relative: 0.2 on 5 % means 6 %, not 25 %. A rate of B outside 0 to 1: #NUM!.",
             "На каждый вариант, всего вдвое больше. Прирост относительный: 0,2 к 5 % — это 6 %, а не 25 %. Конверсия B вне 0–1: #ЧИСЛО!."),
        example=Example("0.05, 0.2", "8155.0")),
)  # fmt: skip

_BY_NAME = {folded(name): entry for entry in CALCULATIONS for name in (*entry.name, entry.function, entry.key)}


def check(calculations: tuple[Calculation, ...]) -> None:
    """Refuse an entry that breaks a rule, as ``registry.check`` does for KPIs. Raises CatalogError, which names the entry and the rule."""
    registry.unique("function", [*(kpi.function for kpi in registry.KPIS if kpi.function), *(entry.function for entry in calculations)])
    for entry in calculations:
        for words in (entry.name, entry.about, entry.formula, entry.use, entry.pitfalls, *(given.about for given in entry.arguments)):
            registry.check_help(entry.key, words)
        for given in entry.arguments:
            if not registry.may_name_an_argument(given.name):
                raise CatalogError(f"{entry.key}: «{given.name}» cannot be the name of an argument")


def named(name: str) -> Kpi | Calculation:
    """The KPI or calculation of a key, a function name or a name in either language. Raises UnknownName, which says what is near."""
    if found := _BY_NAME.get(folded(name)):
        return found
    return registry.kpi(name, also=[text for entry in CALCULATIONS for text in (entry.key, entry.function, *entry.name)])


def entries(group: Group | None = None) -> list[Kpi | Calculation]:
    """All KPIs and calculations in their order, or those of a group."""
    return [entry for entry in (*registry.KPIS, *CALCULATIONS) if group in (None, entry.group)]


def result_of(entry: Calculation, cells: Sequence[object]) -> Any:
    """What a calculation gives for its arguments in their order, each as a cell holds it: its result, or the error that stands in its place."""
    return shielded(lambda: entry.work(*_read(entry.arguments, cells)))


def _read(inputs: Sequence[Argument], cells: Sequence[object]) -> list[Any]:
    """The values of the arguments, None for one that was left out. Raises CellError, see ``cells.first_error``."""
    values = each_read(lambda given, cell: None if cell is OMITTED else given.read(cell), inputs, cells)
    for given, cell, value in zip(inputs, cells, values, strict=True):
        if value is None and not given.may_be_unknown and cell is not OMITTED:
            raise CellError(NA)
    return values
