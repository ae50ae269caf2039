"""``smm-xl report`` of files of data, or of the example: KPIs, or plan against fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.catalog.registry import listed
from smm_xl.commands import results
from smm_xl.commands.console import one_of, speaks, tell
from smm_xl.errors import InputError
from smm_xl.language import Text, printable, same

if TYPE_CHECKING:
    from smm_xl.reports.result import Result
    from smm_xl.sources.rates import Rates
    from smm_xl.sources.recognising import Recognised

_EXAMPLE = "campaigns.csv"
_EXAMPLE_TITLE = Text("Example: four campaigns, January to March", "Пример: четыре кампании, январь — март")
_MARKS = {"point": ".", "comma": ","}


class Asked(NamedTuple):
    """What the options ask for. Without paths the example is meant."""

    paths: Sequence[Path]
    by: str
    kpi: str
    where: Sequence[str]
    period: str | None
    compare: str | None
    targets: Path | None
    targets_sheet: str | None
    as_of: str | None
    mapping: Sequence[str]
    sheets: Sequence[str]
    decimal: str | None
    dates: str | None
    totals: str | None = None
    overlap: str | None = None
    blank_is_zero: str = ""
    scale: Sequence[str] = ()
    header_row: int | None = None
    section: int | None = None
    encoding: str | None = None
    channels: Sequence[str] = ()
    taken_from: Sequence[str] = ()
    until: str | None = None
    rates: Path | None = None
    currency: str | None = None


def report(asked: Asked, output: Path | None, lang: str | None, format_: str) -> None:
    """Print the report, and write it where an output is named; how the files were read is told beside it."""
    language = speaks(lang)
    if asked.paths:
        names = ", ".join(path.name for path in asked.paths)
        made, remarks = _made(asked, Text(names, names))
    else:
        with resources.as_file(resources.files("smm_xl") / "examples" / _EXAMPLE) as example:
            made, remarks = _made(asked._replace(paths=[example]), _EXAMPLE_TITLE)
    for remark in (*remarks, *_recognised(made.recognised)):
        tell(remark.in_language(language), err=True)
    results.deliver(made, language, format_, output)


def _made(asked: Asked, title: Text) -> tuple[Result, list[Text]]:
    """The report of files, or their plan against fact, and what a reader should know of how they were read."""
    from smm_xl.reports import plan, report, target_source
    from smm_xl.sources import files, tables
    from smm_xl.sources.csvs import OF_TARGETS, Layout

    decimal = None if asked.decimal is None else _MARKS[one_of(asked.decimal, tuple(_MARKS), "--decimal")]
    layout = Layout(asked.header_row, asked.section, asked.encoding)
    paths = files.expanded(asked.paths)
    read = [table for path in paths for table in files.read(path, asked.sheets, decimal, layout)]
    _no_copies(paths)
    headers = [header for table in read for header in table.headers]
    options = tables.options_of(
        dict(_pair(text, "--map", Text("FIELD=COLUMN", "ПОЛЕ=СТОЛБЕЦ")) for text in asked.mapping),
        headers,
        decimal,
        None if asked.dates is None else one_of(asked.dates, ("dmy", "mdy"), "--dates"),
        {
            "totals": None if asked.totals is None else one_of(asked.totals, ("drop", "keep"), "--totals"),
            "overlap": None if asked.overlap is None else one_of(asked.overlap, ("last", "add"), "--overlap"),
            "blank_is_zero": frozenset(field_or_dimension(name).key for name in listed(asked.blank_is_zero)),
            "scale": dict(_scale(*_pair(text, "--scale", same("spend=1000"))) for text in asked.scale),
        },
    )
    sources = tables.sources_of(
        read,
        options,
        dict(_pair(text, "--channel", Text("FILE=NAME", "ФАЙЛ=НАЗВАНИЕ")) for text in asked.channels),
        {field_or_dimension(key).key: name for key, name in (_pair(text, "--from", Text("spend=FILE", "spend=ФАЙЛ")) for text in asked.taken_from)},
    )
    until: Literal["common"] | None = None if asked.until is None or not one_of(asked.until, ("common",), "--until") else "common"
    rates = None if asked.rates is None else _rates(asked.rates, asked.currency or "", decimal, options.dates)
    filters: dict[str, list[str]] = {}
    for text in asked.where:
        key, value = _pair(text, "--where", same("channel=VK"))
        filters.setdefault(key, []).append(value)
    of_targets_remarks: Sequence[Text] = ()
    if asked.targets is not None:
        (given,) = files.read(asked.targets, [asked.targets_sheet] if asked.targets_sheet else [], decimal, OF_TARGETS)
        of_targets_remarks = given.remarks
        of_targets = target_source.TargetSource.of(given, str(asked.targets), decimal)
        result = plan.build_plan(
            sources, of_targets, asked.by, asked.kpi, where=filters, period=asked.period, as_of=asked.as_of, until=until, rates=rates
        ).result(title)
    else:
        compare = _comparison(asked.compare)
        result = report.build(sources, asked.by, asked.kpi, where=filters, period=asked.period, compare=compare, until=until, rates=rates).result(title)
    return result, list(of_targets_remarks)


def _rates(path: Path, currency: str, decimal: str | None, dates: str | None) -> Rates:
    from smm_xl.sources import files, rates
    from smm_xl.sources.csvs import OF_TARGETS

    (table,) = files.read(path, [], decimal, OF_TARGETS)
    return rates.rates_of(table, rates.code_named(currency), decimal, dates)


def _no_copies(paths: Sequence[Path]) -> None:
    """Refuse two files of the same content: their figures would count twice."""
    by_size: dict[int, list[Path]] = {}
    for path in paths:
        by_size.setdefault(path.stat().st_size, []).append(path)
    for alike in by_size.values():
        for place, path in enumerate(alike):
            for other in alike[:place]:
                if path.read_bytes() == other.read_bytes():
                    raise InputError(
                        Text(
                            f"{other} and {path} hold the same data, which would count twice",
                            f"{other} и {path} содержат одни и те же данные и были бы учтены дважды",
                        ),
                        cure=Text("leave one out", "уберите один файл"),
                    )


def _scale(name: str, factor: str) -> tuple[str, float]:
    """A field, and what its column is multiplied by."""
    try:
        return field_or_dimension(name).key, 1e-6 if factor.casefold() == "micros" else float(factor.replace(",", "."))
    except ValueError:
        raise InputError(
            Text(f"«{factor}» is no number", f"«{factor}» — не число"),
            cure=Text("write 1000, 0.001 or micros", "напишите 1000, 0.001 или micros"),
            place=f"--scale {name}={factor}",
        ) from None


def _comparison(text: str | None) -> Literal["previous", "year"] | None:
    if text is None:
        return None
    return "previous" if one_of(text, ("previous", "year"), "--compare") == "previous" else "year"


def _pair(text: str, option: str, shape: Text) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise InputError(
            Text("this cannot be read", "это не читается"),
            cure=Text(f"write it as {option} {shape.en}", f"пишется так: {option} {shape.ru}"),
            place=f"{option} {text}",
        )
    return key.strip(), value.strip()


def _recognised(sources: Iterable[Recognised]) -> list[Text]:
    """How the columns were taken, a line each: recognised, guessed, ignored."""
    lines = []
    for source in sources:
        sure = ", ".join(f"{key} = {header}" for key, header in source.columns.items() if key not in source.guessed)
        guesses = ", ".join(f"{key} = {header}" for key, header in source.columns.items() if key in source.guessed)
        named = [header for header in source.ignored if header]
        unnamed = len(source.ignored) - len(named)
        ignored = ", ".join([*named, *([f"«» × {unnamed}"] if unnamed else [])])
        if sure:
            lines.append(Text(f"{source.source}: recognised: {sure}", f"{source.source}: опознаны: {sure}"))
        if guesses:
            lines.append(Text(f"{source.source}: guessed by spelling, please check: {guesses}", f"{source.source}: угаданы по написанию, проверьте: {guesses}"))
        if ignored:
            lines.append(Text(f"{source.source}: ignored: {ignored}", f"{source.source}: не использованы: {ignored}"))
    return [Text(*map(printable, line)) for line in lines]
