"""Which cells of a workbook file hold formulas, and which of these no value: what a reader of values does not see."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Collection
from pathlib import Path

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.functions import fromstring, iterparse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Formulas = dict[tuple[int, int], bool]  # by row and column, counted from 1: whether a value is stored


def formulas(path: Path, sheets: Collection[str]) -> dict[str, Formulas]:
    """The formulas of some sheets of an xlsx that opens, by the name of the sheet."""
    with zipfile.ZipFile(path) as archive:
        targets = {relation.get("Id"): relation.get("Target", "") for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
        book = fromstring(archive.read("xl/workbook.xml"))
        parts = {sheet.get("name", ""): targets[sheet.get(_ID)] for sheet in book.iter(f"{_MAIN}sheet")}
        return {name: _of_sheet(archive, posixpath.join("/xl", parts[name]).lstrip("/")) for name in sheets}


def _of_sheet(archive: zipfile.ZipFile, part: str) -> Formulas:
    found: Formulas = {}
    with archive.open(part) as file:
        for _, cell in iterparse(file):
            if cell.tag != f"{_MAIN}c":
                continue
            if cell.find(f"{_MAIN}f") is not None:
                value = cell.find(f"{_MAIN}v")
                # a formula that gives text without a letter is stored as such text
                found[coordinate_to_tuple(cell.get("r", ""))] = cell.get("t") == "str" or (value is not None and bool(value.text))
            cell.clear()
    return found
