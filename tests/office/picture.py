"""Types formulas into a real window of LibreOffice and takes the pictures of the README: ``python -m tests.office.picture``.

Not a test: it needs a virtual screen and a window manager, on Debian the packages xvfb, openbox, xdotool, imagemagick, libreoffice-gtk3,
libreoffice-l10n-ru and locales (then ``localedef -i ru_RU -f UTF-8 ru_RU.UTF-8``).
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import xlsxwriter

from smm_xl.hosts.libreoffice import extension
from smm_xl.hosts.libreoffice import office as offices
from tests.office import as_user, folder_of_a_user, needed

PICTURES = Path(__file__).parents[2] / ".docs"
SCREEN = ":77"
SIZE = (1180, 560)  # of the window
ROWS = [
    ["2026-01", "VK", 48200, 131], ["2026-01", "Telegram", 25600, 64], ["2026-02", "VK", 51300, None], ["2026-02", "Telegram", 27900, 71],
    ["2026-03", "VK", 50100, 118], ["2026-03", "Telegram", 8000, 0],
]  # fmt: skip


def write_book(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Каналы")
        head = book.add_format({"bold": True, "bg_color": "#E6F0ED", "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00 ₽"})
        for column, (name, width) in enumerate([("Месяц", 12), ("Канал", 14), ("Расход", 16), ("Заявки", 11), ("CPL", 16), ("Статус", 20)]):
            sheet.set_column(column, column, width, money if name in ("Расход", "CPL") else None)
            sheet.write(0, column, name, head)
        for row, values in enumerate(ROWS, 1):
            sheet.write_row(row, 0, values)


def key(*arguments: str) -> None:
    subprocess.run(["xdotool", *arguments], check=True, env=os.environ | {"DISPLAY": SCREEN})
    time.sleep(0.4)


def line(text: str) -> None:
    key("type", "--delay", "40", text)
    key("key", "Return")


def picture(name: str, height: int) -> None:
    crop = ["-crop", f"{SIZE[0]}x{height}+0+0", "+repage"]
    command = ["import", "-window", "root", *crop, "+dither", "-colors", "64", "-strip", str(PICTURES / name)]
    subprocess.run(command, check=True, env=os.environ | {"DISPLAY": SCREEN})


def main() -> None:
    office = needed()
    with folder_of_a_user() as folder:
        built = folder / "smm.oxt"
        built.write_bytes(extension.build())
        built.chmod(0o644)
        offices.install(office, built, folder / "profile", as_user=as_user(folder))
        write_book(folder / "smm.xlsx")
        environment = os.environ | {"DISPLAY": SCREEN, "LC_ALL": "ru_RU.UTF-8"}
        started = [
            subprocess.Popen(["Xvfb", SCREEN, "-screen", "0", f"{SIZE[0]}x{SIZE[1] + 240}x24"]),
            subprocess.Popen(["sh", "-c", "sleep 1; exec openbox"], env=environment),
        ]
        time.sleep(3)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        started.append(
            subprocess.Popen([office.program / "soffice", profile, "--norestore", "--nologo", folder / "smm.xlsx"], env=environment, start_new_session=True)
        )
        try:
            time.sleep(12)
            window = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", "LibreOffice"], capture_output=True, text=True, env=environment, check=True
            )
            key("windowactivate", window.stdout.split()[-1], "windowsize", window.stdout.split()[-1], *map(str, SIZE))
            key("key", "Escape")
            key("key", "ctrl+Home")
            key("key", "Down", "Right", "Right", "Right", "Right")
            for row in range(2, 8):
                line(f"=SMM_CPL(C{row}:C{row};D{row}:D{row})")
            line("=SMM_CPL(C2:C7;D2:D7)")
            key("key", "ctrl+Home")
            key("key", "Down", "Right", "Right", "Right", "Right", "Right")
            for row in range(2, 9):
                line(f'=SMM_STATUS(SMM_ATTAINMENT(E{row};400;"cpl");;;"ru")')
            key("key", "Up", "Left")
            time.sleep(1)
            picture("calc.png", 400)
            key("key", "ctrl+F2")
            time.sleep(3)
            picture("calc-wizard.png", 740)
        finally:
            subprocess.run(["pkill", "-f", "--", profile], check=False)
            for process in reversed(started):
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
