"""Writes the files of workbook_templates anew: python -m tests.make_templates"""

from smm_xl.workbook.template import Template
from tests.test_template import KEPT, MADE


def main() -> None:
    for name, (fill, language, formulas) in MADE.items():
        Template(fill(language), language, formulas).pages.write(KEPT / f"{name}.xlsx")


if __name__ == "__main__":
    main()
