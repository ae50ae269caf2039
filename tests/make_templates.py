"""Writes the files of workbook_templates anew: python -m tests.make_templates"""

import subprocess
import sys
import tempfile
from pathlib import Path

from smm_xl.workbook.template import build
from tests.test_template import KEPT, MADE, parts


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, (fill, language, formulas) in MADE.items():
            build(fill(language), language, formulas).pages.write(Path(folder) / f"{name}.xlsx")
        for language in ("en", "ru"):
            written = Path(folder) / f"example_report_{language}.xlsx"
            command = [sys.executable, "-m", "smm_xl", "report", "--example", "--by", "campaign", "--lang", language, "-o", str(written)]
            subprocess.run(command, check=True, capture_output=True)
        for made in Path(folder).glob("*.xlsx"):
            kept = KEPT / made.name
            if not kept.exists() or parts(made) != parts(kept):  # a file in which nothing but the time of writing is new stays
                kept.write_bytes(made.read_bytes())


if __name__ == "__main__":
    main()
