"""Several sources together: which are one table, and rows that stand in more than one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import narwhals as nw

from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import period as periods
from smm_xl.cells.names import is_unknown, one_name
from smm_xl.engine.rows import Moment
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import PAID
from smm_xl.sources.table import values_of

_ROW = "row"
_PUBLISHED = re.compile("publi[sc]|публик|veröffentl", re.IGNORECASE)
PAID_KEYS = frozenset(PAID)
_TIMES = ("date", "period", "starts", "ends")
# Text that is not the same tomorrow, or says nothing of what the row is about
_NEVER_TELLS = frozenset(("status", "delivery", "objective", "budget type", "description", "address", "статус", "цель", "тип бюджета", "описание", "адрес"))


def one_table(source: Source, other: Source) -> bool:
    """Whether two sources are parts of one table: exports of one kind, cabinets of different platforms, or columns of one that contain the other's."""
    if (source.kind, source.keys) == (other.kind, other.keys):
        return True
    if "post" in source.keys & other.keys and not (source.keys | other.keys) & {"spend", "campaign"}:
        return True  # posts are told by their ids, whatever columns beside
    are_paid = [bool(PAID_KEYS & one.keys) for one in (source, other)]
    if are_paid[0] is are_paid[1] and source.channel and other.channel and source.channel != other.channel:
        return True  # never the same money; but a CRM is not a part of a cabinet
    if all(are_paid) and source.profile is not None and source.profile is other.profile:
        return True
    fields, others = source.keys & FIELDS_BY_KEY.keys(), other.keys & FIELDS_BY_KEY.keys()
    same_dims = source.keys - fields == other.keys - others
    are_alike = source.kind == other.kind and bool(PAID_KEYS & fields) == bool(PAID_KEYS & others)  # a CRM is not a part of a cabinet
    return are_alike and same_dims and (fields <= others or others <= fields)


class Held(NamedTuple):
    """What a source tells of, as far as its columns can be read: its days, and folded names by dimension."""

    days: frozenset[Moment]
    names: Mapping[str, frozenset[str]]


def brought_together(sources: Sequence[Source], held: Callable[[Source], Held]) -> list[list[Source]]:
    """The sources, those that are one table together, in their order. ``held``: what a source tells of.

    Raises InputError where two hold the same amount of the same days, and nothing says whether it is the same money.
    """
    found: list[list[Source]] = []
    for source in sources:
        mine = [members for members in found if any(_are_together(source, member, held) for member in members)]
        for members in mine[1:]:
            mine[0].extend(members)
            found.remove(members)
        if mine:
            mine[0].append(source)
        else:
            found.append([source])
    return found


def _are_together(source: Source, other: Source, held: Callable[[Source], Held]) -> bool:
    if one_table(source, other):
        return True
    shared = [key for key in source.matching.columns if key in other.matching.columns and key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].total is Total.SUM]
    if not shared or bool(PAID_KEYS & source.keys) != bool(PAID_KEYS & other.keys):
        return False  # a CRM is not a part of a cabinet
    one, two = held(source), held(other)
    channels, others = _all_names(source, one), _all_names(other, two)
    if channels and others and not channels & others:
        return True
    both = sorted(day for day in one.days if any(_meets(day, known) for known in two.days))
    are_apart = bool(one.days) and bool(two.days) and not both
    if are_apart and (source.keys <= other.keys or other.keys <= source.keys):
        return True  # a column that one of them lacks, be it a breakdown, is unknown there
    if source.kind != other.kind or source.keys - FIELDS_BY_KEY.keys() != other.keys - FIELDS_BY_KEY.keys():
        return False  # other dimensions: each serves its own breakdown
    named = [dim for dim in ("campaign", "post") if dim in one.names]
    if named and all(not one.names[dim] & two.names.get(dim, frozenset()) for dim in named):
        return True
    if are_apart:
        return True
    raise _same_money(source, other, shared[0], both)


def _all_names(source: Source, held: Held) -> frozenset[str]:
    """The channels of a source, folded; of an export under all names by which people call its platform."""
    called = source.profile.called if source.profile and source.implied_channel else ()
    return held.names.get("channel", frozenset()) | frozenset(map(one_name, called))


def _same_money(source: Source, other: Source, key: str, days: Sequence[Moment]) -> InputError:
    listed = f": {_listed(set(days))}" if days else ""
    return InputError(
        Text(
            f"{other.name} and {source.name} both hold {key} for the same days, with other columns beside it{listed}; is it one cabinet or two?",
            f"{other.name} и {source.name} содержат {key} за одни и те же дни, а остальные столбцы разные{listed}; это один кабинет или два?",
        ),
        cure=Text(
            f"say --channel FILE=NAME for two cabinets, --from {key}=FILE where it is the same money twice",
            f"укажите --channel ФАЙЛ=НАЗВАНИЕ, если кабинеты разные, или --from {key}=ФАЙЛ, если это одни и те же деньги",
        ),
    )


class _Row:
    """A row as it is known again: what it is about, and its figures."""

    __slots__ = ("figures", "key", "moment", "place")

    def __init__(self, place: int, moment: Moment, key: tuple[str | None, ...], figures: tuple[float | None, ...]) -> None:
        self.place, self.moment, self.key, self.figures = place, moment, key, figures


def count_once(sources: Sequence[Source], spans: Mapping[int, Moment]) -> None:
    """Leave out rows that another source of the same table has as well. ``spans``: the days of each source, by its id.

    Raises InputError where a row stands in two of them with other figures or days, and nobody said which counts.
    """
    known = [source for source in sources if id(source) in spans]
    for place, source in enumerate(known):
        for other in known[:place]:
            if source.profile_key != other.profile_key or source.channel != other.channel:
                continue  # cabinets of two platforms are never the same money
            one, two = spans[id(source)], spans[id(other)]
            if one.first <= two.last and two.first <= one.last:
                _compare(other, source, Moment(max(one.first, two.first), min(one.last, two.last)), spans)


def _compare(earlier: Source, later: Source, days: Moment, spans: Mapping[int, Moment]) -> None:
    option = later.options.overlap
    if option == "add":
        return
    shared = sorted(earlier.matching.columns.keys() & later.matching.columns.keys())
    texts = _telling_texts(earlier, later)
    rows, others = _rows_of(earlier, shared, [one for one, _ in texts], days), _rows_of(later, shared, [other for _, other in texts], days)
    if rows is None or others is None:
        return
    here: dict[tuple[str | None, ...], list[_Row]] = {}
    for row in rows:
        here.setdefault(row.key, []).append(row)
    again = [row for row in others if any(_meets(row.moment, known.moment) for known in here.get(row.key, ()))]
    if not again:
        return
    same = Counter((row.key, row.moment, row.figures) for row in rows)
    doubled, differing = list[_Row](), list[_Row]()
    for row in again:
        of = (row.key, row.moment, row.figures)
        if same[of]:
            same[of] -= 1
            doubled.append(row)
        elif any(known.moment != row.moment or known.figures != row.figures for known in here[row.key] if _meets(known.moment, row.moment)) and not any(
            (known.moment, known.figures) == (row.moment, row.figures) for known in here[row.key]
        ):
            differing.append(row)
    if differing and option is None:
        raise _refused(earlier, later, [*doubled, *differing])
    if option == "last":
        less = earlier if spans[id(later)].last >= spans[id(earlier)].last else later
        left, counting = (rows, others) if less is earlier else (others, rows)
        days_of_it = {row.moment for row in counting}
        both = {moment for moment in {row.moment for row in left} if moment in days_of_it or any(_meets(moment, day) for day in days_of_it)}
        reach = Moment(min(moment.first for moment in days_of_it), max(moment.last for moment in days_of_it)) if days_of_it else days
        if beyond := [row for row in left if row.moment in both and not (reach.first <= row.moment.first and row.moment.last <= reach.last)]:
            raise _cannot_be_cut(less, later if less is earlier else earlier, beyond)
        less.leave_out_further([row.place for row in left if row.moment in both])
        moments = both
    else:
        later.leave_out_further([row.place for row in doubled])
        moments = {row.moment for row in doubled}
    if moments:
        listed = _listed(moments)
        later.standing.append(
            Text(
                f"{earlier.name} and {later.name} hold the same rows of {listed}; they count once",
                f"{earlier.name} и {later.name} содержат одни и те же строки за {listed}; они учтены один раз",
            )
        )


def _meets(one: Moment, other: Moment) -> bool:
    return one.first <= other.last and other.first <= one.last


def _telling_texts(source: Source, other: Source) -> list[tuple[int, int]]:
    """Further columns of text that both have, and that may tell rows of one file apart: the name of an ad, the age of those who saw it."""
    found = []
    there = {header.casefold(): place for place, header in enumerate(other.table.headers)}
    figures, others = (set(one.matching.columns.values()) for one in (source, other))  # a column of results may count as several fields
    for place in source.matching.ignored:
        header = source.table.headers[place].casefold()
        if place in figures or there.get(header) in others:
            continue
        if (
            header in there
            and there[header] in other.matching.ignored
            and header not in _NEVER_TELLS
            and source.is_text(place)
            and other.is_text(there[header])
        ):
            found.append((place, there[header]))
    return found


def _rows_of(source: Source, shared: Sequence[str], texts: Sequence[int], days: Moment) -> list[_Row] | None:
    """The rows about some days; None where they have no order, or cannot be read."""
    source.load([*source.matching.columns])
    source.take_all()
    frame = source.frame
    if not isinstance(frame, nw.DataFrame) or source.table.place is None:
        return None
    columns: dict[str, list[Any]] = {}
    times = [key for key in _TIMES if key in source.matching.columns]  # one file may tell days, the other where rows start and end
    try:
        for key in (*(key for key in shared if key not in _TIMES), *times):
            if key in FIELDS_BY_KEY:
                columns[key] = values_of(source.collected(frame.select(source.number(key).alias(key)))[key])
            else:
                if key in _TIMES:
                    columns[key] = _days(source, key)
                else:
                    columns[key] = [_plain(source.shown(source.column(key), value)) for value in values_of(frame[source.column(key)])]
    except InputError:  # whoever needs the column says what is wrong with it
        return None
    beside = [[_plain(source.shown(str(place), value)) for value in values_of(frame[str(place)])] for place in texts]
    dims = [key for key in shared if key not in FIELDS_BY_KEY and key not in _TIMES]
    fields = [key for key in shared if key in FIELDS_BY_KEY]
    found = []
    for at, place in enumerate(frame[_ROW].to_list()):
        moment = _moment(columns, at)
        if moment is not None and _meets(moment, days):
            about = (*(columns[dim][at] for dim in dims), *(column[at] for column in beside))
            found.append(_Row(int(place), moment, about, tuple(columns[field][at] for field in fields)))
    return found


def _plain(value: object) -> str | None:
    text = None if value is None or value != value else str(value)
    return None if text is None or is_unknown(text) else one_name(text)


def _moment(columns: Mapping[str, Sequence[Any]], at: int) -> Moment | None:
    for key in ("date", "period", "starts"):
        moment: Moment | None = columns[key][at] if key in columns else None
        if moment is not None:
            end = columns["ends"][at] if key == "starts" and "ends" in columns else None
            return moment if end is None else Moment(moment.first, end.last)
    return None


def _listed(moments: set[Moment]) -> str:
    shown = [periods.Period(*moment, "day" if moment.first == moment.last else "range").label for moment in sorted(moments)]
    return ", ".join(shown[:6]) + (", …" if len(shown) > 6 else "")


def _cannot_be_cut(less: Source, counting: Source, rows: Sequence[_Row]) -> InputError:
    spans = _listed({row.moment for row in rows})
    return InputError(
        Text(
            f"{less.name} holds rows of {spans}, and {counting.name} only a part of these days: what is left of such a row is not known",
            f"{less.name} содержит строки за {spans}, а {counting.name} — только часть этих дней: что от такой строки остаётся, неизвестно",
        ),
        cure=Text(
            "export both by day or for the same periods, or say --overlap add where all rows count",
            "выгрузите оба файла по дням или за одинаковые периоды, или укажите --overlap add, если учесть надо все строки",
        ),
    )


def _refused(earlier: Source, later: Source, rows: Sequence[_Row]) -> InputError:
    days = _listed({row.moment for row in rows})
    return InputError(
        Text(
            f"{earlier.name} and {later.name} hold the same rows with other figures: {days}",
            f"{earlier.name} и {later.name} содержат одни и те же строки с разными числами: {days}",
        ),
        cure=Text(
            "say --overlap last where the newer file counts for these days, --overlap add where all rows count (two accounts)",
            "укажите --overlap last, если за эти дни верен более новый файл, или --overlap add, если учесть надо все строки (два кабинета)",
        ),
    )


# --- posts ---


def posts_once(sources: Sequence[Source], spans: Mapping[int, Moment]) -> None:
    """Count a post that stands twice once: with the figures of the source that reaches further, else of the later row."""
    seen: dict[tuple[str | None, ...], tuple[Source, int]] = {}
    gone: dict[int, list[int]] = {}
    names: dict[str, None] = {}
    told: dict[int, dict[str, set[Moment | None]]] = {}
    order = sorted(range(len(sources)), key=lambda place: (spans[id(sources[place])].last if id(sources[place]) in spans else 0, place))
    for source in (sources[place] for place in order):
        source.load([key for key in ("post", "channel", *_TIMES) if key in source.matching.columns])
        frame = source.frame
        if not isinstance(frame, nw.DataFrame) or source.table.place is None:
            continue
        keys = [key for key in ("channel", "post") if key in source.matching.columns]
        try:
            columns = [[source.shown(source.column(key), value) for value in values_of(frame[source.column(key)])] for key in keys]
            times = [key for key in _TIMES if key in source.matching.columns]
            days = {key: _days(source, key) for key in times}
        except InputError:
            continue
        posts = columns[-1]
        told[id(source)] = {}
        for at, place in enumerate(frame[_ROW].to_list()):
            post = posts[at]
            if post is None or post != post or is_unknown(str(post)):
                continue
            channel = _plain(columns[0][at]) if len(keys) == 2 else source.channel
            key = (channel, str(post).strip(), str(_moment(days, at)))
            told[id(source)].setdefault(str(post).strip(), set()).add(_moment(days, at))
            if key in seen:
                earlier, row = seen[key]
                gone.setdefault(id(earlier), []).append(row)
                names[str(post).strip()] = None
            seen[key] = source, int(place)
    _must_not_be_told_twice([source for source in sources if id(source) in told], told)
    for source in sources:
        if id(source) in gone:
            source.leave_out_further(gone[id(source)])
    if names:
        count = sum(map(len, gone.values()))
        listed = ", ".join(list(names)[:5]) + (", …" if len(names) > 5 else "")
        sources[0].standing.append(
            Text(
                f"{sources[0].name}: posts that stand twice were counted once: {count} ({listed})",
                f"{sources[0].name}: повторы публикаций учтены один раз: {count} ({listed})",
            )
        )


def _must_not_be_told_twice(sources: Sequence[Source], told: Mapping[int, Mapping[str, set[Moment | None]]]) -> None:
    """Refuse posts whose figures since they were published stand in one file, and day by day in another: they are the same views."""
    published, daily = ([source for source in sources if _has_days_of_publishing(source) is which] for which in (True, False))
    for source in published:
        for other in daily:
            one, two = told[id(source)], told[id(other)]
            shared = one.keys() & two.keys()
            if "date" in other.matching.columns and source.channel == other.channel and shared and not any(one[post] & two[post] for post in shared):
                raise InputError(
                    Text(
                        f"{source.name} and {other.name} hold the same posts: one by the day of publishing, the other by the days of statistics",
                        f"{source.name} и {other.name} содержат одни и те же публикации: один — по дате публикации, другой — по дням статистики",
                    ),
                    cure=Text("leave one of them out", "оставьте один из файлов"),
                )


def _has_days_of_publishing(source: Source) -> bool:
    place = source.matching.columns.get("date")
    return place is not None and _PUBLISHED.search(source.table.headers[place]) is not None


def _days(source: Source, key: str) -> list[Moment | None]:
    cells = source.time_cells(key)
    read = source.days(key, list(dict.fromkeys(value for value in cells if value is not None and value == value)))
    return [None if value is None or value != value else read.get(value) for value in cells]
