"""``smm-xl report`` of files of data, or of the example: KPIs, or plan against fact."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from smm_xl.commands import results
from smm_xl.commands.console import one_of, speaks, tell
from smm_xl.commands.reading import Reading, pair, recognised_words
from smm_xl.language import Text, same

if TYPE_CHECKING:
    from smm_xl.reports.result import Result
    from smm_xl.sources.rates import Rates

_EXAMPLE = "campaigns.csv"
_EXAMPLE_TITLE = Text("Example: four campaigns, January to March", "Пример: четыре кампании, январь — март")


class Asked(NamedTuple):
    """What the options ask for. Without paths the example is meant."""

    paths: Sequence[Path]
    reading: Reading
    by: str
    kpi: str
    where: Sequence[str]
    period: str | None
    compare: str | None
    targets: Path | None
    targets_sheet: str | None
    as_of: str | None
    until: str | None
    rates: Path | None
    currency: str | None


def report(asked: Asked, output: Path | None, lang: str | None, format_: str) -> None:
    """Print the report, and write it where an output is named; how the files were read is told beside it."""
    language = speaks(lang)
    if asked.paths:
        names = ", ".join(path.name for path in asked.paths)
        made, remarks = _made(asked, Text(names, names))
    else:
        with resources.as_file(resources.files("smm_xl") / "examples" / _EXAMPLE) as example:
            made, remarks = _made(asked._replace(paths=[example]), _EXAMPLE_TITLE)
    for remark in (*remarks, *recognised_words(made.recognised)):
        tell(remark.in_language(language), err=True)
    results.deliver(made, language, format_, output)


def _made(asked: Asked, title: Text) -> tuple[Result, list[Text]]:
    """The report of files, or their plan against fact, and what a reader should know of how they were read."""
    from smm_xl.reports import plan, report, target_source
    from smm_xl.sources import files
    from smm_xl.sources.csvs import OF_TARGETS

    sources, decimal = asked.reading.sources(asked.paths), asked.reading.mark
    until: Literal["common"] | None = None if asked.until is None or not one_of(asked.until, ("common",), "--until") else "common"
    rates = None if asked.rates is None else _rates(asked.rates, asked.currency or "", decimal, asked.reading.dates)
    filters: dict[str, list[str]] = {}
    for text in asked.where:
        key, value = pair(text, "--where", same("channel=VK"))
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


def _comparison(text: str | None) -> Literal["previous", "year"] | None:
    if text is None:
        return None
    return "previous" if one_of(text, ("previous", "year"), "--compare") == "previous" else "year"
