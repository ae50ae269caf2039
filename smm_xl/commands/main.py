"""The command ``smm-xl``: its commands put together."""

from __future__ import annotations

from typing import Annotated

import typer

import smm_xl
from smm_xl.commands import calc, check, console, kpis, plan, report, template
from smm_xl.commands.addin import addin

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="KPIs of social media marketing. / KPI для SMM.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(help="KPIs from files (CSV, Excel, Parquet). / KPI из файлов.")(report.report)
app.command(help="One KPI or target function from numbers: calc cpl 1000 20. / Один KPI из чисел.", context_settings={"ignore_unknown_options": True})(
    calc.calc
)
app.command(help="Back from the goal: how many leads, clicks and how much budget. / Обратная воронка: от цели к бюджету.")(plan.plan)
app.command(help="The reference of all KPIs, targets and statistics. / Справочник.")(kpis.kpis)
app.command(help="The template workbook: fill it in, print it, send it. / Книга-шаблон.")(template.template)
app.command(help="What is wrong in a filled workbook, cell by cell. / Проверить заполненную книгу.")(check.check)
app.add_typer(addin)


def _version(wanted: bool) -> None:
    if wanted:
        console.tell(f"smm-xl {smm_xl.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version. / Версия.")] = False,
) -> None:
    """What stands before the commands."""


def run() -> None:
    """The command as a program of its own."""
    console.prepare()
    app()
