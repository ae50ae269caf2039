"""Writes the files of workbook_templates anew: python -m tests.make_templates"""

from smm_xl.workbook.template import build
from tests.test_template import KEPT, MADE


def main() -> None:
    for name, (fill, language, formulas) in MADE.items():
        build(fill(language), language, formulas).pages.write(KEPT / f"{name}.xlsx")


if __name__ == "__main__":
    main()
