"""Lines of ``run.py`` on LibreOffice: a hard recalculation of our functions beside native formulas, in one office and one run.

The times are those that the office takes for ``calculateAll`` in its main thread, as when a user asks for it, without the bridge
between processes. The sheet holds nothing else. The alternatives:

a cell      ``=An/Bn``, a plain division: what a user would type who does not mind #DIV/0! and blanks that count as zero
a range     ``{=SUM(IF(ISNUMBER(A)*ISNUMBER(B);A))/SUM(IF(ISNUMBER(A)*ISNUMBER(B);B))}``, the total with the same rule for blanks
rows        ``{=A/B}``; watched only, because the cells alone take longer to cross into Python and back than that
whole columns of numbers
            the same formula as for a range, over A:A and B:B; Calc makes a million rows of each before it calls us
whole columns of a table
            our own function over the rows that there are
a full workbook
            the demo; in the full one every row of every table is filled, 12 channels by 60 months
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import demo
from smm_xl.workbook.template import build
from tests.benchmarks.table import WATCHED, Goal, Line
from tests.books import full
from tests.office import Calc, office_with_the_add_in

ROWS = 10_000
ROUNDS = 15
UNDER_12_TIMES = Goal("ours/alt under 12", lambda ours, theirs: ours < 12 * theirs)
UNDER_10_TIMES = Goal("ours/alt under 10", lambda ours, theirs: ours < 10 * theirs)
UNDER_3_TIMES = Goal("ours/alt under 3", lambda ours, theirs: ours < 3 * theirs)
UNDER_2_TIMES = Goal("ours/alt under 2", lambda ours, theirs: ours < 2 * theirs)
LAST = 1_048_576
A, B = f"A1:A{ROWS}", f"B1:B{ROWS}"


def calc_lines() -> Iterator[Line]:
    numbers: list[list[object]] = [[1000.0 + row, 10.0 + row % 50] for row in range(ROWS)]
    with office_with_the_add_in() as calc:
        yield compared(calc, f"{ROWS:,} cells of SMM_CPL in {calc.office.version}", numbers, cells("=SMM.CPL(A{0};B{0})"), cells("=A{0}/B{0}"), UNDER_12_TIMES)
        ours, theirs = {"C1:C1": f"=SMM.CPL({A};{B})"}, {"C1:C1": total(A, B)}
        yield compared(calc, f"SMM_CPL of a range of {ROWS:,} rows", numbers, ours, theirs, UNDER_3_TIMES)
        ours, theirs = {f"C1:C{ROWS}": f'=SMM.ROWS("cpl";{A};{B})'}, {f"C1:C{ROWS}": f"={A}/{B}"}
        yield compared(calc, f"SMM_ROWS over {ROWS:,} rows", numbers, ours, theirs, WATCHED)
        ours, theirs = {"C1:C1": "=SMM.CPL(A:A;B:B)"}, {"C1:C1": total("A:A", "B:B")}
        yield compared(calc, f"SMM_CPL of whole columns, {ROWS:,} rows used", numbers, ours, theirs, UNDER_3_TIMES)
        table: list[list[object]] = [["spend", "leads"], *numbers]
        ours, theirs = ({f"E{LAST}:E{LAST}": "=1", "C1:C1": f'=SMM.KPI("cpl";{place})'} for place in ("A:B", f"A1:B{len(table)}"))
        yield compared(calc, f"SMM_KPI of whole columns, {ROWS:,} rows used and a cell far below", table, ours, theirs, UNDER_2_TIMES)


def workbook_lines() -> Iterator[Line]:
    """The template at full size, for periods of several lengths, beside the demo."""
    with office_with_the_add_in() as calc, tempfile.TemporaryDirectory() as folder:

        def opened(filled: Filled) -> int:
            build(filled, "en", spare=False).pages.write(Path(folder) / "book.xlsx")
            return int(calc.remote.ask("open", path=str(Path(folder) / "book.xlsx")))

        alone = opened(demo("en"))
        for kind in ("channels", "mixed"):
            for months in (1, 12, 60):
                book = opened(full(kind, months))
                taken = [[calc.remote.ask("calculate", book=which) for which in (book, alone)] for _ in range(3)]
                calc.remote.ask("close", book=book)
                ours, theirs = map(median, zip(*taken, strict=True))
                yield Line(f"workbook, all tables full ({kind}), {months} months, beside the demo", ours, theirs, UNDER_10_TIMES)


def total(spend: str, leads: str) -> str:
    """The total with the rule for blanks, as an array formula."""
    both_known = f"ISNUMBER({spend})*ISNUMBER({leads})"
    return f"=SUM(IF({both_known};{spend}))/SUM(IF({both_known};{leads}))"


def cells(formula: str) -> list[list[str]]:
    return [[formula.format(row)] for row in range(1, ROWS + 1)]


def compared(calc: Calc, what: str, numbers: Sequence[Sequence[object]], ours: object, theirs: object, goal: Goal) -> Line:
    """Median seconds of a recalculation of either, over rounds that take both, in turn first. Both have to give the same figures."""
    books = []
    for formulas in (ours, theirs):
        book = calc.remote.ask("new")
        calc.remote.ask("fill_column", book=book, first="A1", values=numbers)
        if isinstance(formulas, list):
            calc.remote.ask("fill_column", book=book, first="C1", values=formulas)
        else:
            calc.remote.ask("fill", book=book, cells=formulas)
        books.append(book)
    assert same(*(calc.remote.ask("read", book=book, area=f"C1:C{ROWS}") for book in books)), what
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS):
        for which in (0, 1) if turn % 2 else (1, 0):
            taken[which].append(calc.remote.ask("calculate", book=books[which]))
    for book in books:
        calc.remote.ask("close", book=book)
    return Line(what, median(taken[0]), median(taken[1]), goal)


def same(ours: list[list[object]], theirs: list[list[object]]) -> bool:
    return all(
        abs(mine - other) <= 1e-9 * abs(other) if isinstance(mine, float) and isinstance(other, float) else mine == other
        for (mine,), (other,) in zip(ours, theirs, strict=True)
    )
