"""The workbook: empty as the template, or filled with data; one builder for both, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from smm_xl.workbook.content import Filled
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.schema import NATIVE
from smm_xl.workbook.sheets import abtest, checks, dashboard, funnel, inputs, kpis, months, plan, reference, score, settings, start, targets

# In the order of their tabs; the contents on the first and what is printed for others follow from it
SHEETS: tuple[Sheet, ...] = (
    start.SHEET,
    dashboard.SHEET,
    settings.SHEET,
    *inputs.SHEETS,
    targets.SHEET,
    kpis.SHEET,
    months.SHEET,
    plan.SHEET,
    score.SHEET,
    funnel.SHEET,
    abtest.SHEET,
    checks.SHEET,
    reference.SHEET,
)


def build(filled: Filled, language: str, formulas: str = NATIVE, *, spare: bool = True, sheets: Sequence[Sheet] = SHEETS) -> Draft:
    """A workbook with the data of ``filled``; ``language``: "en" or "ru".

    formulas: NATIVE ones work everywhere; FUNCTIONS calls SMM_... for each KPI that has a function, and needs the add-in.
    spare:    whether the input sheets get empty rows to fill in.
    """
    draft = Draft(filled, language, formulas, sheets, spare=spare)
    for sheet in sheets:
        sheet.build(draft, draft.by_key[sheet.key])
    return draft
