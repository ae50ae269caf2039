"""The worksheet functions over rows and tables: SMM_ROWS, SMM_KPI, SMM_REPORT, SMM_PLAN, SMM_SCORECARD, and the reference."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from smm_xl.catalog import reference, registry
from smm_xl.catalog.kpi import OMITTED, Argument, Limits, Takes
from smm_xl.catalog.registry import KPIS
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.block import Value, aligned, as_block, single
from smm_xl.cells.cell import NA, NUM, VALUE, CellError, first_error
from smm_xl.cells.names import one_name
from smm_xl.engine.measure import Engine
from smm_xl.engine.rows import Rows, tells
from smm_xl.engine.totals import natural
from smm_xl.engine.worksheet_table import table_of
from smm_xl.errors import UnknownName
from smm_xl.functions.compiled import Function, call_of
from smm_xl.language import Text
from smm_xl.targets import calculations
from smm_xl.targets.arithmetic import AMBER, CAP, FLOOR, GREEN

if TYPE_CHECKING:
    from smm_xl.targets import plan_against_fact
    from smm_xl.targets.target_table import Targets


def _never_raises(function: Callable[..., Value]) -> Callable[..., Value]:
    """The function with its errors as cells show them: a bad cell as its error, an unknown name as #N/A."""

    @wraps(function)
    def call(*arguments: object, **named: object) -> Value:
        try:
            return function(*arguments, **named)
        except CellError as error:
            return error.code
        except UnknownName:
            return NA

    return call


@_never_raises
def SMM_ROWS(key: object, block: object, *blocks: object) -> Value:
    """One value of a KPI per row: ``SMM_ROWS("cpl", B2:B13, C2:C13)``, arguments in the order of the KPI's function.

    A single cell, row or column is repeated to the size of the largest block; any other difference of shape is #VALUE!.
    A block of results of that size; one value when all arguments are single cells.

    >>> SMM_ROWS("cpl", [[1000], [500]], [[20], [0]])
    [[50.0], ['#DIV/0!']]
    """
    entry = registry.kpi(_text(key))
    arguments = entry.arguments
    given = (block, *blocks)
    if not sum(not argument.optional for argument in arguments) <= len(given) <= len(arguments):
        raise CellError(VALUE)
    tables = [as_block(value) or [[value]] for value in given]
    for place, (argument, table) in enumerate(zip(arguments, tables, strict=False)):
        if argument.counts_zero and len(table) * len(table[0]) > 1 and all(cell is None or cell == "" for row in table for cell in row):
            tables[place] = [[0.0]]  # a wholly blank range of an optional part counts 0, as it does in the KPI's own function
    height, width, places = aligned(tables)
    call = call_of(entry)
    found = iter([call(*place) for place in places])
    results = [[next(found) for _ in range(width)] for _ in range(height)]
    if entry.bounds:  # each result is a row of two cells already
        if width > 1:
            raise CellError(VALUE)
        results = [list(found[0]) if isinstance(found, list) else [found] * len(entry.bounds) for (found,) in results]
    return results[0][0] if (height, width) == (1, 1) and not entry.bounds else results


@_never_raises
def SMM_KPI(key: object, table: object, period: object = None, channel: object = None) -> Value:
    """A KPI from a range with a header row: ``SMM_KPI("cpl", A1:F40, "2026-Q1", "VK")``.

    Columns are found by the names of the fields in either language or their aliases. period: a month, quarter, year, date
    or span; blank takes all rows. channel: one channel; blank takes all. What nothing is known of is #N/A.

    >>> table = [["month", "spend", "leads"], ["2026-01", 1000, 20], ["2026-02", 900, 30]]
    >>> SMM_KPI("cpl", table), SMM_KPI("cpl", table, "2026-02")
    (38.0, 30.0)
    """
    entry = registry.kpi(_text(key))
    rows = _selected(_table(table), periods.parse_range(single(period)), cells.text(single(channel)))
    engine = Engine([rows])
    measured = engine.measure(engine.plan(entry))
    if not measured.labels:
        return NA
    values = [column[0] for column in measured.values]
    return first_error(values) or (values[0] if len(values) == 1 else [values])


def _table(value: object) -> Rows:
    rows = as_block(value)
    if rows is None:
        raise CellError(VALUE)
    return table_of(rows)


def _selected(rows: Rows, period: periods.Period | None, channel: str | None) -> Rows:
    """The rows of a period and a channel. Raises CellError #N/A where there are none, or a row lies only partly in the period."""
    kept = _matching(rows, period, channel)
    if not kept.size:
        raise CellError(NA)
    return kept


def _matching(rows: Rows, period: periods.Period | None, channel: str | None) -> Rows:
    kept = rows if channel is None else rows.where("channel", frozenset((one_name(channel),)))
    if period is None:
        return kept
    _ = rows.moments  # a cell that is no date is an error in the rows of other channels too
    inside, crosses = kept.within(period)
    if crosses:
        raise CellError(NA)
    return inside


@_never_raises
def SMM_REPORT(table: object, by: object = None, kpis: object = None) -> Value:
    """A table of KPIs from a range with a header row: ``SMM_REPORT(A1:F40, "channel, month", "cpl, cpc")``.

    by: channel, campaign, post, date, month, quarter, year, or several; blank gives one row of totals. kpis: keys or names
    in either language; blank gives all that the table has inputs for. The first row holds headers, as they were asked for.

    >>> SMM_REPORT([["channel", "spend", "leads"], ["VK", 1000, 20], ["Telegram", 300, 0]], "channel", "cpl")
    [['channel', 'cpl'], ['Telegram', '#DIV/0!'], ['VK', 50.0]]
    """
    rows = _table(table)
    wanted_by, wanted = _names(by), _names(kpis)
    dims = tuple(registry.grouping(name) for name in wanted_by)
    if not tells(rows, *dims) or not rows.size:
        return NA
    engine = Engine([rows], dims)
    entries = [registry.kpi(name) for name in wanted] or [entry for entry in KPIS if not engine.plan(entry).missing]
    headers = list(wanted_by) if wanted_by else []
    for entry, name in zip(entries, wanted or [entry.key for entry in entries], strict=True):
        headers += [name] if not entry.bounds else entry.columns
    labels = sorted(rows.labels(dims), key=lambda label: [natural(part) for part in label])
    columns: list[dict[Any, Any]] = []
    for entry in entries:
        measured = engine.measure(engine.plan(entry))
        columns += [dict(zip(measured.labels, values, strict=True)) for values in measured.values]
    body = [[*(part or "" for part in label), *(column.get(label, NA) for column in columns)] for label in labels]
    return [headers, *body]


@_never_raises
def SMM_PLAN(
    table: object, targets: object, period: object = None, channel: object = None, as_of: object = None, language: object = None,
    green: object = GREEN, amber: object = AMBER,
) -> Value:  # fmt: skip
    """Plan against fact: ``SMM_PLAN(Data!A1:F400, Targets!A1:F20, "2026-06", "VK")``, one row for each KPI of the targets.

    targets: a range with a header row: KPI (key or name), target, and optionally channel, period, weight, base; a blank target
    is not set, 0 is zero. period, channel: as in SMM_KPI; without a period that of the whole data. as_of: the day of the data,
    without it the last day that rows tell. Headers, then KPI as typed, unit, better, target, fact, gap, gap %, attainment,
    status, forecast to the end of the period and its attainment. The header of the fact says where the period is not over.

    >>> table, targets = [["month", "leads"], ["2026-01", 95]], [["KPI", "target"], ["leads", 100]]
    >>> headers, leads = SMM_PLAN(table, targets, "2026-01", language="en")
    >>> headers[7:9], leads[7:9]
    (['attainment', 'status'], [0.95, '▲ at risk'])
    """
    from smm_xl.targets import plan_against_fact  # 3 ms, which only functions of plans need

    speaks = calculations.spoken(single(language))
    asked = plan_against_fact.Asked(cells.day(single(as_of)), _number_of(green), _number_of(amber))
    found = _planned(table, targets, period, channel, asked)
    headers = {key: words.in_language(speaks) for key, words in plan_against_fact.COLUMNS.items()}
    if found.part is not None:
        headers["fact"] += Text(f" (part period, to {found.part})", f" (неполный период, по {found.part})").in_language(speaks)
    body: list[list[object]] = []
    for typed, row in found.lines:
        if row is None:
            body.append([typed, *[NA] * (len(headers) - 1)])
            continue
        status = row.status if isinstance(row.status, str) else row.status.in_language(speaks)
        body.append(
            [typed, row.unit.in_language(speaks), row.kpi.better.words.in_language(speaks), row.target, row.fact, row.gap, row.gap_pct, row.attainment, status,
             row.forecast, row.forecast_attainment]
        )  # fmt: skip
    return [list(headers.values()), *body]


@_never_raises
def SMM_SCORECARD(
    table: object, targets: object, period: object = None, channel: object = None, full_bonus: object = OMITTED, scale: object = OMITTED,
    cap: object = CAP, floor: object = FLOOR, as_of: object = None, language: object = None,
) -> Value:  # fmt: skip
    """The weighted score of the KPIs that have a weight in the targets, see SMM_PLAN.

    Headers, then KPI as typed, weight, attainment after cap and floor, contribution; below them the score, the known share of
    the weight and the bonus (blank without ``full_bonus``). scale: as in SMM_BONUS. A KPI without a verdict (spend, budget use,
    frequency) earns nothing and does not count as known.

    >>> table, targets = [["month", "leads"], ["2026-01", 95]], [["KPI", "target", "weight"], ["leads", 100, 60]]
    >>> SMM_SCORECARD(table, targets, "2026-01", full_bonus=10000, language="en")[2:]
    [['score', '', '', 0.95], ['known share of the weight', '', '', 1.0], ['bonus', '', '', 9500.0]]
    """
    from smm_xl.targets import plan_against_fact  # as above

    speaks = calculations.spoken(single(language))
    full = None if full_bonus is OMITTED else _number_of(full_bonus)
    if full is not None and full < 0:
        raise CellError(NUM)
    found = _planned(table, targets, period, channel, plan_against_fact.Asked(cells.day(single(as_of))))
    made = plan_against_fact.scorecard(
        [row for _, row in found.lines if row is not None], found.targets, cap=_number_of(cap), floor=_number_of(floor), full_bonus=full,
        scale=None if scale is OMITTED else calculations.scale(scale),
    )  # fmt: skip
    typed = {row.kpi.key: name for name, row in found.lines if row is not None}
    body = [[typed[line.kpi.key], line.weight, line.attainment, line.contribution] for line in made.lines]
    below = [(plan_against_fact.SCORE, made.score), (plan_against_fact.KNOWN, made.known), (plan_against_fact.BONUS, "" if made.bonus is None else made.bonus)]
    return [
        [words.in_language(speaks) for words in plan_against_fact.SCORECARD_COLUMNS.values()],
        *body,
        *([words.in_language(speaks), "", "", value] for words, value in below),
    ]


class _Planned(NamedTuple):
    """The lines of a plan: the KPI as it was typed, and its row, None where no KPI is meant; the day on which a part period ends."""

    lines: list[tuple[str, plan_against_fact.PlanRow | None]]
    targets: Targets
    part: str | None


def _planned(table: object, targets: object, period: object, channel: object, asked: plan_against_fact.Asked) -> _Planned:
    from smm_xl.targets import plan_against_fact, target_table

    rows, given = _table(table), as_block(targets)
    if given is None:
        raise CellError(VALUE)
    of_targets = target_table.table_of(given)
    window, wanted = periods.parse_range(single(period)), cells.text(single(channel))
    kept = _matching(rows, window, wanted)
    if asked.as_of is not None:
        kept = kept.begun_by(asked.as_of)
    span = kept.span()
    if window is None and span is not None:
        window = periods.months(span.first, span.last)
    # rows of other periods and channels tell to which day the data goes
    covered = rows.span()
    end = (None if covered is None else covered.last) if asked.as_of is None else asked.as_of
    channels = frozenset(one_name(name) for name in kept.channels_of(kept.complete([])) if name is not None)
    targets_of = target_table.Targets([row for row in of_targets if row.kpi is not None], channels)
    region = target_table.Region(window, None if wanted is None else one_name(wanted))
    typed = {row.kpi.key if row.kpi is not None else f"?{row.typed}": row for row in reversed(of_targets)}
    first = sorted(typed.values(), key=lambda row: row.place)
    kpis = [row.kpi for row in first if row.kpi is not None]
    found = {row.kpi.key: row for row in plan_against_fact.plan_rows(Engine([kept]), targets_of, kpis, [()], lambda _: region, asked)}
    part = periods.around(end, "day").label if window is not None and end is not None and window.first <= end < window.last else None
    return _Planned([(row.typed, None if row.kpi is None else found[row.kpi.key]) for row in first], targets_of, part)


def _number_of(value: object) -> float:
    """The finite number in one cell. Raises CellError: #N/A for a blank one."""
    found = Limits.ANY.read(single(value))
    if found is None:
        raise CellError(NA)
    return found


def _text(value: object) -> str:
    """The text of one cell. Raises CellError: #N/A for a blank one."""
    found = cells.text(single(value))
    if found is None:
        raise CellError(NA)
    return found


def _names(value: object) -> list[str]:
    """Names from one text or a range of cells; none from a blank cell."""
    rows = as_block(value) or [[value]]
    return registry.listed([name for row in rows for cell in row if (name := cells.text(cell)) is not None])


# --- the reference --------------------------------------------------------------------------------------------------


@_never_raises
def SMM_INFO(key: object, what: object = None, language: object = None) -> Value:
    """What the reference says of a KPI or a function: its name, formula, unit, better (direction), group, function, arguments, about, use or pitfalls.

    what: one of these words, blank for the name. language: "ru" or "en", blank for the package's setting. For an unknown key
    the text says which key was probably meant.

    >>> SMM_INFO("cpl", "formula", "en"), SMM_INFO("cpl", "better", "ru")
    ('spend / leads', 'меньше')
    """
    speaks = calculations.spoken(single(language))
    column = reference.column(cells.text(single(what)) or "name")
    if column is None:
        raise CellError(VALUE)
    try:
        return reference.row(calculations.named(_text(key)), speaks)[column]
    except UnknownName as error:
        return error.text.in_language(speaks)


@_never_raises
def SMM_LIST(group: object = None, language: object = None) -> Value:
    """The reference as a table with headers. group: results, costs, effort, goals or statistics, blank for all; language: as in SMM_INFO.

    >>> [row[1] for row in SMM_LIST("effort", "en")[:3]]
    ['function', '', 'SMM_LABOUR_COST']
    """
    speaks = calculations.spoken(single(language))
    name = cells.text(single(group))
    wanted = registry.group(name) if name is not None else None
    headers: list[object] = [words.in_language(speaks) for words in reference.COLUMNS.values()]
    return [headers, *(list(reference.row(entry, speaks).values()) for entry in calculations.entries(wanted))]


# --- what hosts register --------------------------------------------------------------------------------------------

_KEY = Argument("key", Text('Key of the KPI, such as "cpl"; SMM_LIST shows all', "Ключ KPI, например «cpl»; все ключи показывает SMM_LIST"), False, Takes.WORD)
_TABLE = Argument("table", Text("Range with a header row", "Диапазон с заголовками в первой строке"), False, Takes.RANGE)
_LANGUAGE = Argument("language", Text('"ru" or "en"; blank: the setting', "«ru» или «en»; пусто: по настройке"), True, Takes.WORD)

_TARGETS = Argument(
    "targets",
    Text(
        "Range with a header row: KPI, target, and channel, period, weight, base where needed",
        "Диапазон с заголовками: KPI, план и, если нужно, канал, период, вес, база",
    ),
    False,
    Takes.RANGE,
)
_SELECTION = (
    Argument(
        "period",
        Text('Month, quarter or year: "2026-03", "2026-Q1", a date; blank: all', "Месяц, квартал или год: «2026-03», «2026-Q1», дата; пусто: всё"),
        True,
        Takes.WORD,
    ),
    Argument("channel", Text("One channel; blank: all", "Один канал; пусто: все"), True, Takes.WORD),
)
_AS_OF = Argument(
    "as_of", Text("Last day of the data; blank: the last day that its rows tell", "Последний день данных; пусто: последний день из строк"), True, Takes.DAY
)

TABLE_FUNCTIONS = (
    Function("SMM_ROWS", SMM_ROWS, (
        _KEY,
        Argument("block", Text("First argument of the KPI's function: a range", "Первый аргумент функции KPI: диапазон"), False),
        Argument("blocks", Text("Its further arguments: ranges of the same shape, or single cells", "Остальные аргументы: диапазоны той же формы или ячейки"), True),
    ), Text("One value of a KPI per row; spills.", "Значение KPI для каждой строки; результат занимает несколько ячеек."), True),
    Function("SMM_KPI", SMM_KPI, (
        _KEY, _TABLE, *_SELECTION,
    ), Text("A KPI from a table with headers, for a period and a channel; it sees dates, so followers are totalled rightly.",
            "KPI из таблицы с заголовками, за период и по каналу; видит даты, поэтому верно считает подписчиков."), False),
    Function("SMM_REPORT", SMM_REPORT, (
        _TABLE,
        Argument("by", Text('"channel", "campaign", "month", "quarter" or several; blank: totals', "«channel», «campaign», «month», «quarter» или несколько; пусто: итог"), True, Takes.WORD),
        Argument("kpis", Text('Keys of KPIs, such as "cpl, cpc"; blank: all that can be counted', "Ключи KPI, например «cpl, cpc»; пусто: все, что можно посчитать"), True, Takes.WORD),
    ), Text("A table of KPIs by channel, campaign or period; spills.", "Таблица KPI по каналам, кампаниям или периодам; занимает несколько ячеек."), True),
    Function("SMM_PLAN", SMM_PLAN, (
        _TABLE, _TARGETS, *_SELECTION, _AS_OF, _LANGUAGE,
        Argument("green", Text("From which attainment it is on plan; 1 when left out", "С какого выполнения «в плане»; без него 1"), True),
        Argument("amber", Text("From which attainment it is at risk; 0.9 when left out", "С какого выполнения «риск»; без него 0,9"), True),
    ), Text("Plan against fact for each KPI of the targets: target, fact, gap, attainment, status, forecast; spills.",
            "План-факт по каждому KPI из таблицы планов: план, факт, отклонение, выполнение, статус, прогноз; занимает несколько ячеек."), True),
    Function("SMM_SCORECARD", SMM_SCORECARD, (
        _TABLE, _TARGETS, *_SELECTION,
        Argument("full_bonus", Text("Bonus at a score of 1; left out: no bonus", "Премия при оценке 1; без неё премия не считается"), True),
        Argument("scale", Text("Two columns: score from, payout, as in SMM_BONUS", "Два столбца: оценка от, выплата, как в SMM_BONUS"), True),
        Argument("cap", Text("Most that one KPI may count; 1.2 when left out", "Больше этого один KPI не даёт; без него 1,2"), True),
        Argument("floor", Text("Least that one KPI counts; 0 when left out", "Меньше этого один KPI не даёт; без него 0"), True),
        _AS_OF, _LANGUAGE,
    ), Text("The score of the KPIs that have a weight in the targets: contributions, score, known share of the weight, bonus; spills.",
            "Оценка по KPI, у которых в таблице планов есть вес: вклады, оценка, известная доля веса, премия; занимает несколько ячеек."), True),
    Function("SMM_INFO", SMM_INFO, (
        _KEY,
        Argument("what", Text("name, formula, unit, better, group, function, arguments, about, use or pitfalls", "название, формула, единица, лучше, группа, функция, аргументы, описание, «когда нужно» или «подводные камни»"), True, Takes.WORD),
        _LANGUAGE,
    ), Text("What the reference says of a KPI.", "Справка о KPI."), False),
    Function("SMM_LIST", SMM_LIST, (
        Argument("group", Text("results, costs, effort, goals or statistics; blank: all", "по результатам, по затратам, по трудозатратам, цели, статистика; пусто: все"), True, Takes.WORD), _LANGUAGE,
    ), Text("The reference of all KPIs as a table; spills.", "Справочник всех KPI таблицей; занимает несколько ячеек."), True),
)  # fmt: skip
