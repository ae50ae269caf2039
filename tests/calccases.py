"""Cases for every function of the catalog, as formulas in a sheet and as calls in Python, made from what the functions say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from smm_xl.catalog.kpi import Argument, Takes
from smm_xl.cells.cell import CellError
from smm_xl.errors import UnknownName
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import Function
from smm_xl.hosts.libreoffice.signatures import SIGNATURES
from smm_xl.targets import calculations

ROWS = 3
ERROR = "#DIV/0!"
TABLE = [
    ["month", "channel", "spend", "leads", "clicks"],
    ["2026-01", "VK", 1000.0, 20.0, 400.0],
    ["2026-01", "Telegram", 500.0, 0.0, 100.0],
    ["2026-02", "VK", 1500.0, None, 300.0],
]
TARGETS = [["KPI", "target", "weight"], ["cpl", 60.0, 40.0], ["leads", 25.0, 60.0]]
WORDS = {
    "key": "cpl", "period": "2026-01", "channel": "VK", "language": "ru", "by": "channel", "kpis": "cpl, spend", "what": "formula", "group": "costs",
    "better": "cpl", "method": "mirror",
}  # fmt: skip
DAYS = {"period_start": 46174.0, "as_of": 46188.0, "period_end": 46203.0}  # June 2026
RANGES = {"table": TABLE, "targets": TARGETS, "attainments": [[0.8], [1.0], [1.3]]}
# what no other number could stand for
SPECIAL = {"weights": [[60.0], [40.0], [20.0]], "scale": [[0.0, 0.0], [0.9, 0.5], [1.0, 1.0]], "lift": 0.2}
OMITTED = object()


class Case(NamedTuple):
    """One call: the arguments as cells hold them; a list of rows stands for a range, OMITTED for nothing between two commas."""

    name: str
    function: Function
    arguments: tuple[Any, ...]

    def formula(self, references: list[str]) -> str:
        return f"={self.function.name}({';'.join(references)})"

    @property
    def expected(self) -> Any:
        """What Python gives."""
        values = list(self.arguments)
        for place, value in enumerate(values):
            if value is OMITTED:
                values[place] = self.function.defaults[place]
        return self.function.call(*values)

    @property
    def has_error_cell(self) -> bool:
        """Whether an error stands in a single cell: Calc shows it and asks no function."""
        return any(value == [[ERROR]] for value in self.arguments)

    @property
    def has_error_in_numbers(self) -> bool:
        """Whether an error stands in a range that Calc hands over as numbers: it gives Err:504 and asks no function."""
        declared = [*self.function.parameters, *[self.function.parameters[-1]] * len(self.arguments)]
        return any(
            isinstance(value, list) and len(value) > 1 and parameter.takes is not Takes.RANGE and any(cell == ERROR for row in value for cell in row)
            for value, parameter in zip(self.arguments, declared, strict=False)
        )


def cases(function: Function) -> Iterator[Case]:
    """Numbers, cells, ranges; a blank in the middle, a zero, text, an error in each argument in turn; optional arguments left out."""
    parameters = [parameter for parameter, default in zip(function.parameters, function.defaults, strict=True) if default != ()]
    values = [_value(function, parameter, place) for place, parameter in enumerate(parameters)]
    if len(parameters) < len(function.parameters):  # further arguments: here one, of the same kind as that before
        parameters.append(function.parameters[-1])
        values.append(values[-1] + 7)
    first_optional = next((place for place, parameter in enumerate(parameters) if parameter.optional), len(parameters))
    columns = [_column(parameter, value) for parameter, value in zip(parameters, values, strict=True)]
    yield Case("numbers", function, tuple(values))
    if first_optional < len(parameters):
        yield Case("optional arguments left out", function, tuple(values[:first_optional]))
        yield Case(
            "optional arguments left out before the last", function, (*values[:first_optional], *[OMITTED] * (len(values) - first_optional - 1), values[-1])
        )
    yield Case("ranges", function, tuple(columns))
    for place, parameter in enumerate(parameters):
        if parameter.takes is Takes.NUMBERS:
            for name, cell in (("blank", None), ("zero", 0.0), ("text", "много"), ("number as text", "1 234,5"), ("error", ERROR)):
                changed = [list(row) for row in columns[place]]
                changed[ROWS // 2][0] = cell
                yield Case(f"{name} in the range of {parameter.name}", function, _with(columns, place, changed))
        if parameter.takes is not Takes.RANGE:
            singles: dict[str, float | str] = {"zero": 0.0} if parameter.takes is Takes.NUMBERS else {}
            for name, cell in {**singles, "text": "много", "error": ERROR}.items():
                yield Case(f"{name} for {parameter.name}", function, _with(values, place, [[cell]]))
        else:
            changed = [list(row) for row in columns[place]]
            changed[1][-1] = ERROR
            yield Case(f"error in the range of {parameter.name}", function, _with(values, place, changed))


def _with(values: list[Any], place: int, value: Any) -> tuple[Any, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _value(function: Function, parameter: Argument, place: int) -> Any:
    if parameter.takes is Takes.WORD:
        return WORDS[parameter.name]
    if parameter.takes is Takes.DAY:
        return DAYS[parameter.name]
    if parameter.takes is Takes.RANGE:
        return RANGES[parameter.name]
    if parameter.name in SPECIAL:
        return SPECIAL[parameter.name]
    return 120.0 + 13 * place if _allows(function, place, 120.0) else 0.4


def _allows(function: Function, place: int, number: float) -> bool:
    """Whether an argument may be a number above 1."""
    try:
        argument = calculations.named(function.name).arguments[place]
    except UnknownName:
        return True
    try:
        argument.read(number)
    except CellError:
        return False
    return argument.field is not None or not isinstance(argument.default, float) or argument.default > 1


def _column(parameter: Argument, value: Any) -> Any:
    """A range where the argument takes one: for numbers three rows, for a table the table."""
    if parameter.takes is not Takes.NUMBERS or isinstance(value, list):
        return value
    return [[value + (row * 2.5 if value >= 1 else row * 0.1)] for row in range(ROWS)]


ALL = [case for function in FUNCTIONS.values() for case in cases(function)]
PROGRAMMATIC = {signature.function.name: signature.programmatic for signature in SIGNATURES.values()}
