"""What openpyxl takes for a workbook: ``python with_openpyxl.py rows|cells|again FILE``.

rows    every row, read-only, the way that takes the least; prints the sum of spend, so that what was read can be compared
cells   every cell
again   read and saved under another name, with formats
"""

from __future__ import annotations

import sys
import warnings

import openpyxl


def main() -> None:
    what, path = sys.argv[1:]
    warnings.simplefilter("ignore")  # it says what it would lose in saving
    if what == "rows":
        sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
        header, *rows = sheet.iter_rows(values_only=True)
        spend = header.index("spend")
        print(f"spend\n{sum(float(str(row[spend])) for row in rows)!r}")
    elif what == "cells":
        print(sum(value is not None for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True) for value in row))
    else:
        openpyxl.load_workbook(path).save(f"{path}.again.xlsx")


if __name__ == "__main__":
    main()
