"""Draws the pictures of the workbook for the READMEs: python -m tests.make_pictures (needs LibreOffice, pdftoppm and the font Carlito)."""

import subprocess
import tempfile
from pathlib import Path

from smm_xl.hosts.libreoffice import office as offices
from smm_xl.workbook.demo import demo
from smm_xl.workbook.template import build

DOCS = Path(__file__).parent.parent / ".docs"
PAGES = {"ru": ("start", "dashboard", "channels", "kpi", "plan", "score", "funnel", "ab", "checks"), "en": ("dashboard", "kpi", "plan")}


def main() -> None:
    office = offices.find()
    assert office is not None
    with tempfile.TemporaryDirectory() as folder:
        for language, keys in PAGES.items():
            template = build(demo(language), language)
            for key in keys:
                book, printed = Path(folder) / "page.xlsx", Path(folder) / "page.pdf"
                template.pages.write(book, shown=[template.by_key[key].name])
                offices.print_pdf(office, book, printed)
                picture = DOCS / f"workbook-{key}-{language}"
                subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", "1", "-l", "1", str(printed), str(picture)], check=True)


if __name__ == "__main__":
    main()
