"""Draws the pictures of the workbook for the READMEs: python -m tests.make_pictures (needs LibreOffice, pdftoppm and the font Carlito)."""

import subprocess
import tempfile
from pathlib import Path

from smm_xl.hosts.libreoffice import office as offices
from smm_xl.workbook.demo import demo
from smm_xl.workbook.template import build

ROOT = Path(__file__).parent.parent
DOCS = ROOT / ".docs"
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
                _draw(printed, 1, f"workbook-{key}-{language}")
            offices.print_pdf(office, ROOT / "workbook_templates" / f"example_report_{language}.xlsx", printed)
            _draw(printed, 2, f"report-charts-{language}")


def _draw(printed: Path, page: int, name: str) -> None:
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", str(page), "-l", str(page), str(printed), str(DOCS / name)], check=True)


if __name__ == "__main__":
    main()
