"""What only tests ask of an office, beside what ``smm_xl/hosts/libreoffice/remote.py`` offers. Run by the office's Python."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uno

sys.path.insert(0, str(Path(__file__).parents[2]))

from smm_xl.hosts.libreoffice.remote import Session, main, properties

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


class TestSession(Session):
    def do_save(self, book: int, path: str) -> None:
        """A copy of the book in a file, in the format that its name asks for."""
        self.books[book].storeToURL(uno.systemPathToFileUrl(path), properties(FilterName=FILTERS[Path(path).suffix]))

    def do_compiles(self, source: str) -> bool:
        """Whether the office's Basic, in its way for VBA, compiles a module: a function that stands last in it can be called."""
        book = self.office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True, MacroExecutionMode=4))
        libraries = book.BasicLibraries
        library = libraries.getByName("Standard") if libraries.hasByName("Standard") else libraries.createLibrary("Standard")
        library.insertByName("tried", f"Option VBASupport 1\n{source}\nPublic Function Tried(given)\n    Tried = given + 1\nEnd Function\n")
        script = book.getScriptProvider().getScript("vnd.sun.star.script:Standard.tried.Tried?language=Basic&location=document")
        result = script.invoke((1,), (), ())[0]
        book.close(True)
        return bool(result == 2)

    def do_modules(self, path: str) -> dict[str, str]:
        """The modules of VBA in a file of Excel's, as the office reads them."""
        how = properties(Hidden=True, FilterName="Calc MS Excel 2007 VBA XML")  # it knows no add-ins by their name
        book = self.office.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, how)
        library = book.BasicLibraries.getByName("VBAProject")
        found = {name: library.getByName(name) for name in library.ElementNames}
        book.close(True)
        return found

    def do_csv(self, path: str, separators: str) -> tuple[list[str], int]:
        """The formulas that a CSV file gives where they are looked for, and how many cells are filled."""
        # separators, quotes, UTF-8, from line 1, no formats, language, no quoted text as text, special numbers, all of it, formulas looked for
        options = f"{separators},34,76,1,,0,false,true,false,false,false,-1,true"
        how = properties(Hidden=True, FilterName="Text - txt - csv (StarCalc)", FilterOptions=options)
        book = self.office.desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, how)
        sheet = book.Sheets.getByIndex(0)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        address = cursor.getRangeAddress()
        rows = sheet.getCellRangeByPosition(0, 0, address.EndColumn, address.EndRow).getFormulaArray()
        kinds = [sheet.getCellByPosition(column, row).Type.value for row in range(address.EndRow + 1) for column in range(address.EndColumn + 1)]
        book.close(True)
        found = [formula for formula, kind in zip([cell for row in rows for cell in row], kinds, strict=True) if kind == "FORMULA"]
        return found, sum(kind != "EMPTY" for kind in kinds)

    def do_formulas(self, book: int, area: str) -> list[list[str]]:
        """Formulas as the user sees them."""
        place = self.books[book].Sheets.getByIndex(0).getCellRangeByName(area)
        address = place.getRangeAddress()
        return [
            [place.getCellByPosition(column, row).FormulaLocal for column in range(address.EndColumn - address.StartColumn + 1)]
            for row in range(address.EndRow - address.StartRow + 1)
        ]

    def do_wizard(self) -> dict[str, Any]:
        """What the function wizard shows of our functions, in the language of this office."""
        found = {}
        descriptions = self.office.service("com.sun.star.sheet.FunctionDescriptions")
        for place in range(descriptions.getCount()):
            told = {given.Name: given.Value for given in descriptions.getByIndex(place)}
            if told["Name"].startswith("SMM_"):
                found[told["Name"]] = {
                    "about": told["Description"],
                    "arguments": [[given.Name, given.Description, given.IsOptional] for given in told["Arguments"]],
                }
        return found

    def do_configured(self, language: str) -> dict[str, Any]:
        """Names and help of our functions as the configuration holds them for a language."""
        provider = self.office.service("com.sun.star.configuration.ConfigurationProvider")
        where = properties(nodepath="/org.openoffice.Office.CalcAddIns/AddInInfo/SMM/AddInFunctions", Locale=language)
        functions = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", where)
        return {
            method: {
                "name": node.DisplayName,
                "about": node.Description,
                "compatible": node.CompatibilityName,
                "arguments": [
                    [node.Parameters.getByName(name).DisplayName, node.Parameters.getByName(name).Description] for name in node.Parameters.ElementNames
                ],
            }
            for method in functions.ElementNames
            for node in [functions.getByName(method)]
        }

    def do_null_date(self, book: int, year: int, month: int, day: int) -> None:
        """From which day on the book counts days."""
        self.books[book].NullDate = uno.createUnoStruct("com.sun.star.util.Date", day, month, year)

    def do_as_date(self, book: int, area: str) -> None:
        """Show a range as dates."""
        formats = self.books[book].getNumberFormats()
        locale = uno.createUnoStruct("com.sun.star.lang.Locale")
        key = formats.queryKey("YYYY-MM-DD", locale, False)
        self.books[book].Sheets.getByIndex(0).getCellRangeByName(area).NumberFormat = key if key >= 0 else formats.addNew("YYYY-MM-DD", locale)

    def do_fill_column(self, book: int, first: str, values: list[list[Any]]) -> None:
        """Numbers, text and formulas (as files hold them) in one go, from a cell on."""
        sheet = self.books[book].Sheets.getByIndex(0)
        start = sheet.getCellRangeByName(first).getCellAddress()
        area = sheet.getCellRangeByPosition(start.Column, start.Row, start.Column + len(values[0]) - 1, start.Row + len(values) - 1)
        area.setFormulaArray(tuple(tuple(value if isinstance(value, str) else repr(value) for value in row) for row in values))


if __name__ == "__main__":
    main(TestSession)
