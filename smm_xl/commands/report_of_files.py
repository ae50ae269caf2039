"""``smm-xl report`` of files of data, or of the example: KPIs, or plan against fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from smm_xl.commands import results
from smm_xl.commands.console import one_of, say, speaks, tell
from smm_xl.commands.reading import Reading, pair, recognised_words
from smm_xl.errors import InputError
from smm_xl.language import Text, same
from smm_xl.outputs import writing

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
    title: str | None = None
    client: str | None = None


def report(asked: Asked, output: Path | None, lang: str | None, format_: str, *, pdf: bool = False, force: bool = False) -> None:
    """Print the report, and write it where an output is named, a workbook as PDF too; how the files were read is told beside it."""
    language = speaks(lang)
    is_book = output is not None and output.suffix.lower() == ".xlsx"
    _must_go_with_a_book({"--title": asked.title is not None, "--client": asked.client is not None, "--pdf": pdf}, is_book=is_book)
    office = None
    if pdf and output is not None:
        from smm_xl.hosts.libreoffice import office as offices

        office = offices.must_be_found()
        writing.must_be_writable(output.with_suffix(".pdf"), [], force=force)
    if asked.paths:
        names = ", ".join(path.name for path in asked.paths)
        made, remarks = _made(asked, same(names), with_breakdowns=is_book)
    else:
        with resources.as_file(resources.files("smm_xl") / "examples" / _EXAMPLE) as example:
            made, remarks = _made(asked._replace(paths=[example]), _EXAMPLE_TITLE, with_breakdowns=is_book)
    made = replace(made, heading=same(asked.title) if asked.title else made.heading, client=asked.client or "")
    for remark in (*remarks, *recognised_words(made.recognised)):
        tell(remark.in_language(language), err=True)
    results.deliver(made, language, format_, output)
    if office is not None and output is not None:
        writing.write(output.with_suffix(".pdf"), lambda path: offices.print_pdf(office, output, path))
        say(language, f"written: {output.with_suffix('.pdf')}", f"записано: {output.with_suffix('.pdf')}")


def _must_go_with_a_book(given: Mapping[str, bool], *, is_book: bool) -> None:
    named = [option for option, is_there in given.items() if is_there]
    if named and not is_book:
        words = ", ".join(named)
        raise InputError(
            Text(f"of a report of files, only a workbook has {words}", f"из отчётов по файлам {words} бывает только у книги Excel"),
            cure=Text("name one: -o report.xlsx", "укажите её: -o report.xlsx"),
        )


def _made(asked: Asked, title: Text, *, with_breakdowns: bool) -> tuple[Result, list[Text]]:
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
    if with_breakdowns and result.kpis:
        parts = (_broken_down(asked, result, dim, filters, until, rates) for dim in ("month", "channel"))
        result = replace(result, breakdowns=tuple(part for part in parts if part is not None))
    return result, list(of_targets_remarks)


def _broken_down(
    asked: Asked, result: Result, dim: str, filters: Mapping[str, Sequence[str]], until: Literal["common"] | None, rates: Rates | None
) -> Result | None:
    """The KPIs of a result by month or by channel, for its charts; None where the data does not tell them apart by it.

    The files are read anew, because sources know what was asked of them.
    """
    from smm_xl.reports import report

    kpis = [kpi.key for kpi in result.kpis]
    try:
        return report.build(asked.reading.sources(asked.paths), dim, kpis, where=filters, period=asked.period, until=until, rates=rates).result()
    except InputError:  # the table has no such column, or what stands in it is no month: the report itself did not need it
        return None


def _rates(path: Path, currency: str, decimal: str | None, dates: str | None) -> Rates:
    from smm_xl.sources import files, rates
    from smm_xl.sources.csvs import OF_TARGETS

    (table,) = files.read(path, [], decimal, OF_TARGETS)
    return rates.rates_of(table, rates.code_named(currency), decimal, dates)


def _comparison(text: str | None) -> Literal["previous", "year"] | None:
    if text is None:
        return None
    return "previous" if one_of(text, ("previous", "year"), "--compare") == "previous" else "year"
