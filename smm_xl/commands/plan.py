"""``smm-xl plan``: the reverse funnel."""

from __future__ import annotations

from pathlib import Path

import click

from smm_xl.commands import results
from smm_xl.commands.console import errors_in_words, force_option, language_option, speaks
from smm_xl.commands.results import format_option, output_option
from smm_xl.reports import funnel


@click.command()
@click.option("--customers", required=True, help="Customers wanted. / Сколько клиентов нужно.")
@click.option("--cr-lead-customer", required=True, help="Conversion lead to customer: 0.2 or 20%. / Конверсия заявка — клиент.")
@click.option("--cr-click-lead", required=True, help="Conversion click to lead. / Конверсия клик — заявка.")
@click.option("--cpc", required=True, help="Cost per click. / Цена клика.")
@click.option("--aov", help="Average order value, for the break-even CPL. / Средний чек.")
@click.option("--margin", help="Margin, for the break-even CPL: 0.4 or 40%. / Маржинальность.")
@language_option
@format_option
@output_option
@force_option
@errors_in_words
def plan(
    customers: str,
    cr_lead_customer: str,
    cr_click_lead: str,
    cpc: str,
    aov: str | None,
    margin: str | None,
    lang: str | None,
    format_: str,
    output: Path | None,
    force: bool,
) -> None:
    """Back from the goal: how many leads, clicks and how much budget. / Обратная воронка: от цели к бюджету."""
    results.must_be_a_format(format_)
    results.must_be_writable(output, [], force=force)
    made = funnel.reverse(customers=customers, cr_lead_customer=cr_lead_customer, cr_click_lead=cr_click_lead, cpc=cpc, aov=aov, margin=margin)
    results.deliver(made.result(), speaks(lang), format_, output)
