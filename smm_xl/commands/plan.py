"""``smm-xl plan``: the reverse funnel."""

from __future__ import annotations

from typing import Annotated

import typer

from smm_xl.commands import results
from smm_xl.commands.console import ForceOption, LanguageOption, errors_in_words, speaks
from smm_xl.commands.results import FormatOption, OutputOption
from smm_xl.reports import funnel


@errors_in_words
def plan(
    customers: Annotated[str, typer.Option(help="Customers wanted. / Сколько клиентов нужно.")],
    cr_lead_customer: Annotated[str, typer.Option(help="Conversion lead to customer: 0.2 or 20%. / Конверсия заявка — клиент.")],
    cr_click_lead: Annotated[str, typer.Option(help="Conversion click to lead. / Конверсия клик — заявка.")],
    cpc: Annotated[str, typer.Option(help="Cost per click. / Цена клика.")],
    aov: Annotated[str | None, typer.Option(help="Average order value, for the break-even CPL. / Средний чек.")] = None,
    margin: Annotated[str | None, typer.Option(help="Margin, for the break-even CPL: 0.4 or 40%. / Маржинальность.")] = None,
    lang: LanguageOption = None,
    format_: FormatOption = "table",
    output: OutputOption = None,
    force: ForceOption = False,
) -> None:
    results.must_be_a_format(format_)
    results.must_be_writable(output, [], force=force)
    made = funnel.reverse(customers=customers, cr_lead_customer=cr_lead_customer, cr_click_lead=cr_click_lead, cpc=cpc, aov=aov, margin=margin)
    results.deliver(made.result(), speaks(lang), format_, output)
