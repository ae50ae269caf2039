"""What can keep the add-in from working on a Windows computer: one table, each entry with how it is found and what mends it.

``install`` refuses what cannot work before it writes anything, and warns of what may not work; ``doctor`` says what applies. What settings
and policies do is what Microsoft's descriptions say of them; it was not seen in Excel, so ``install`` only warns of them.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PureWindowsPath

from smm_xl.errors import InputError
from smm_xl.hosts.checks import Check
from smm_xl.hosts.excel_addin import FILE, windows
from smm_xl.hosts.excel_addin.windows import Computer
from smm_xl.language import Text


class Of(Enum):
    """What a state is one of, which says who asks for it."""

    START = "without it there is nothing else to look at"
    COMPUTER = "Excel and the computer"
    PYTHON = "the Python that Excel starts; to install, the one that installs"
    ADDIN = "what is installed now; the next install mends it"
    MOMENT = "install alone asks for it"


@dataclass(frozen=True)
class State:
    """One thing that can be wrong. found_by: where it shows. said: what there is; None where it does not apply. refuses: whether the add-in
    cannot work or cannot be written, so that ``install`` does not begin.
    """

    key: str
    of: Of
    found_by: str
    said: Callable[[Computer], Text | None]
    cure: Text
    refuses: bool = False

    def check(self, computer: Computer) -> Check | None:
        said = self.said(computer)
        return None if said is None else Check(said, self.cure)

    def refuse(self, computer: Computer) -> None:
        """Raise InputError where it applies."""
        said = self.said(computer)
        if said is not None:
            raise InputError(f"{said.en}; {self.cure.en}", f"{said.ru}; {self.cure.ru}")


def found(computer: Computer, of: Of) -> Iterator[Check]:
    """What applies, for the doctor."""
    checks = (state.check(computer) for state in STATES if state.of is of)
    return (check for check in checks if check is not None)


def must_work(computer: Computer) -> None:
    """Raise InputError for the first thing that keeps an add-in from working, or from being installed."""
    for state in STATES:
        if state.refuses:
            state.refuse(computer)


# --- Windows, Excel, Python -----------------------------------------------------------------------------------------


def _no_windows(computer: Computer) -> Text | None:
    if computer.is_windows:
        return None
    system = f"{platform.system()} {platform.release()}"
    return Text(f"Windows: no, this is {system}", f"Windows: нет, это {system}")


def _no_excel(computer: Computer) -> Text | None:
    return Text("Excel: not found", "Excel: не найден") if computer.is_windows and computer.excel is None else None


def _excel_of_the_store(computer: Computer) -> Text | None:
    if computer.excel is None or not _is_of_the_store(str(computer.excel)):
        return None
    return Text(
        "Excel: from the Microsoft Store; it keeps copies of its own of the settings and files in the user's folder, and may not see a new add-in",
        "Excel: из Microsoft Store; он держит собственные копии настроек и файлов из папки пользователя и может не увидеть новую надстройку",
    )


def _python_of_the_store(computer: Computer) -> Text | None:
    if not any(_is_of_the_store(str(path)) for path in (computer.interpreter, computer.base_prefix)):
        return None
    return Text(
        f"Python: {computer.interpreter} is one of the Microsoft Store ({computer.base_prefix}), which writes into a folder that Excel does not see",
        f"Python: {computer.interpreter} — из Microsoft Store ({computer.base_prefix}), он пишет в папку, которую Excel не видит",
    )


def _is_of_the_store(path: str) -> bool:
    return any(part == "windowsapps" or part.startswith("pythonsoftwarefoundation.") for part in re.split(r"[\\/]", path.lower()))


def _path_does_not_fit(computer: Computer) -> Text | None:
    if computer.held is not None:
        return None
    return Text(
        f"Python: Excel cannot start {computer.interpreter}: its path has letters of another language than Windows, «$(», or too many signs",
        f"Python: Excel не запустит {computer.interpreter}: в пути есть буквы не того языка, что у Windows, «$(» или слишком много знаков",
    )


# --- settings and policies of Office --------------------------------------------------------------------------------

# where they stand, the first that says something decides: policies of the cloud, of the user, of the computer; what the user chose
_ROOTS = (
    ("HKCU", r"Software\Policies\Microsoft\Cloud\Office"),
    ("HKCU", r"Software\Policies\Microsoft\Office"),
    ("HKLM", r"Software\Policies\Microsoft\Office"),
    ("HKCU", r"Software\Microsoft\Office"),
)
_SECURITY = r"Excel\Security"
_LOCATIONS = r"Excel\Security\Trusted Locations"
_REMOTE = 4  # DRIVE_REMOTE of GetDriveTypeW


def _setting(computer: Computer, key: str, name: str) -> tuple[int, str] | None:
    """A number among the settings of the Office that is installed, and where it stands; None where nothing is set."""
    for hive, root in _ROOTS:
        path = rf"{root}\{computer.office}\{key}"
        value = computer.values(hive, path).get(name.lower())
        if isinstance(value, int):
            return value, rf"{hive}\{path}\{name} = {value}"
    return None


def _is_set(computer: Computer, key: str, name: str, *values: int) -> str | None:
    """Where a setting stands that has one of some values."""
    setting = _setting(computer, key, name)
    return setting[1] if setting is not None and setting[0] in values else None


def _is_remote(computer: Computer) -> bool:
    folder = str(computer.start_folder)
    return (folder.startswith("\\\\") and not folder.startswith("\\\\?\\")) or computer.drive_type(computer.start_folder) == _REMOTE


def _on_the_network(computer: Computer) -> Text | None:
    if not _is_remote(computer) or _is_set(computer, _LOCATIONS, "AllowNetworkLocations", 1):
        return None
    return Text(
        f"Start folder: {computer.start_folder} is on the network, where Excel trusts no folder unless that is allowed",
        f"Папка автозапуска: {computer.start_folder} находится в сети, а сетевым папкам Excel без разрешения не доверяет",
    )


def _no_trusted_folders(computer: Computer) -> Text | None:
    where = _is_set(computer, _LOCATIONS, "AllLocationsDisabled", 1)
    if where is None:
        return None
    return Text(
        f"Trusted folders: all are switched off, also the start folder ({where})",
        f"Надёжные расположения: отключены все, также папка автозапуска ({where})",
    )


def _macros_off(computer: Computer) -> Text | None:
    """Macros in a trusted folder, as the start folder is one, run whatever this setting says."""
    where = _is_set(computer, _SECURITY, "VBAWarnings", 3, 4)
    if where is None or (_no_trusted_folders(computer) is None and _on_the_network(computer) is None):
        return None
    return Text(
        f"Macros: switched off but for trusted folders, and {computer.start_folder} is none ({where})",
        f"Макросы: отключены везде, кроме надёжных расположений, а {computer.start_folder} к ним не относится ({where})",
    )


def _add_ins_off(computer: Computer) -> Text | None:
    where = _is_set(computer, _SECURITY, "DisableAllAddins", 1)
    return None if where is None else Text(f"Add-ins: all are switched off ({where})", f"Надстройки: отключены все ({where})")


def _signature_needed(computer: Computer) -> Text | None:
    where = _is_set(computer, _SECURITY, "RequireAddinSig", 1) or _is_set(computer, r"Common\Security", "RequireAlwaysOnMacroSig", 1)
    if where is None:
        return None
    return Text(
        f"Add-ins: only those with a signature that this PC trusts; this one has none ({where})",
        f"Надстройки: разрешены только с подписью, которой доверяет этот компьютер; у этой подписи нет ({where})",
    )


def _disabled_by_excel(computer: Computer) -> Text | None:
    """Excel itself puts files on this list after it crashed with them."""
    listed = computer.values("HKCU", rf"Software\Microsoft\Office\{computer.office}\Excel\Resiliency\DisabledItems").values()
    texts = (text for value in listed if isinstance(value, bytes) for text in value.decode("utf-16-le", errors="ignore").split("\0"))
    path = next((text for text in texts if text.lower().endswith(FILE)), None)
    if path is None:
        return None
    return Text(f"Add-in: Excel has switched it off after a fault ({path})", f"Надстройка: Excel отключил её после сбоя ({path})")


# --- Defender -------------------------------------------------------------------------------------------------------

_RULES = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_CALLS_OF_WINDOWS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
_BARS = ("1", "6")  # block; warn, which blocks until the user says otherwise. 2 only notes.


def _rule(computer: Computer, rule: str) -> bool:
    """Whether a rule of Defender against attacks through Office bars something: of a policy, of an administrator far away, of this PC."""
    managed = str(computer.values("HKLM", r"Software\Policies\Microsoft\Windows Defender\Policy Manager").get("asrrules", ""))
    values = (
        computer.values("HKLM", rf"Software\Policies\{_RULES}").get(rule),
        dict(pair.lower().split("=", 1) for pair in managed.split("|") if "=" in pair).get(rule),
        computer.values("HKLM", rf"Software\{_RULES}").get(rule),
    )
    return next((str(value).strip() in _BARS for value in values if value is not None), False)


def _child_processes_barred(computer: Computer) -> Text | None:
    if not _rule(computer, _CHILD_PROCESSES):
        return None
    return Text(
        f"Defender: Excel may start no other program, Python neither (rule {_CHILD_PROCESSES})",
        f"Defender: Excel нельзя запускать другие программы, и Python тоже (правило {_CHILD_PROCESSES})",
    )


def _calls_barred(computer: Computer) -> Text | None:
    if not _rule(computer, _CALLS_OF_WINDOWS):
        return None
    return Text(
        f"Defender: macros may not call libraries of Windows, as the add-in has to (rule {_CALLS_OF_WINDOWS})",
        f"Defender: макросам нельзя вызывать библиотеки Windows, а надстройке без них не обойтись (правило {_CALLS_OF_WINDOWS})",
    )


# --- the add-in -----------------------------------------------------------------------------------------------------


def others(computer: Computer) -> tuple[Path, ...]:
    """Files of the add-in's name that Excel loads from elsewhere: from its list of add-ins, and from other start folders."""
    options = computer.values("HKCU", rf"Software\Microsoft\Office\{computer.office}\Excel\Options")
    opened = (re.sub(r"^(/\w+\s+)+", "", str(value).strip()).strip('"') for name, value in sorted(options.items()) if re.fullmatch(r"open\d*", name))
    library = computer.start_folder.parent.parent / "AddIns"  # a name without a folder is one there
    listed = [Path(place) if re.search(r"[\\/]", place) else library / place for place in opened if PureWindowsPath(place).name.lower() == FILE]
    alternative = str(options.get("altstartup", "")).strip()
    folders = [Path(alternative)] if alternative else []
    if computer.excel is not None:
        folders.append(computer.excel.parent / "XLSTART")
    listed += [folder / FILE for folder in folders if (folder / FILE).is_file()]
    return tuple({str(path).lower(): path for path in listed if str(path).lower() != str(computer.addin).lower()}.values())


def _two_add_ins(computer: Computer) -> Text | None:
    paths = others(computer)
    if len(paths) + computer.addin.is_file() < 2:
        return None
    shown = ", ".join(map(str, paths))
    return Text(f"Add-in: Excel loads another {FILE} as well: {shown}", f"Надстройка: Excel загружает ещё одну {FILE}: {shown}")


def _marked(computer: Computer) -> Text | None:
    """Windows marks files that came by mail or from the web; 3 and 4 are the zones of these."""
    paths = [str(computer.addin), *map(str, others(computer))]
    marked = next((path for path in paths if re.search(r"^ZoneId=[34]\b", computer.stream(path, "Zone.Identifier"), flags=re.MULTILINE)), None)
    if marked is None:
        return None
    barred = _is_set(computer, _SECURITY, "BlockContentExecutionFromInternet", 1)
    policy = f" ({barred})" if barred else ""
    return Text(
        f"Add-in: Windows has marked {marked} as one from the internet, where Excel runs no macros{policy}",
        f"Надстройка: Windows пометила {marked} как файл из интернета, в таких Excel не выполняет макросы{policy}",
    )


def _interrupted(computer: Computer) -> Text | None:
    """What versions up to 0.1 left in the start folder when they were killed: Excel opens it."""
    names = ", ".join(path.name for path in computer.leftovers)
    if not names:
        return None
    return Text(f"Add-in: an installation was interrupted and left {names}", f"Надстройка: установка была прервана, осталось {names}")


def _foreign(computer: Computer) -> Text | None:
    if not computer.addin.is_file() or windows.version_of(computer.addin) is not None:
        return None
    return Text(f"{computer.addin} is another add-in of that name", f"{computer.addin} — чужая надстройка с тем же именем")


def _in_use(computer: Computer) -> Text | None:
    used = next((path for path in (computer.addin, *computer.leftovers) if computer.is_open(path)), None)
    return None if used is None else Text(f"{used}: the file is in use or write-protected", f"{used}: файл открыт или защищён от записи")


# --- the table ------------------------------------------------------------------------------------------------------

_TRUST_CENTER = Text(
    "in Excel: File, Options, Trust Center, Trust Center Settings", "в Excel: Файл, Параметры, Центр управления безопасностью, Параметры центра"
)
_ELSE = Text(
    "what is greyed out there the administrator of this PC has set: ask them; without macros there are LibreOffice and xlwings Lite, see the README",
    "что там недоступно, задал администратор: обратитесь к нему; без макросов работают LibreOffice и xlwings Lite, см. README",
)


def _in_trust_center(en: str, ru: str) -> Text:
    return Text(f"{_TRUST_CENTER.en}, {en}; {_ELSE.en}", f"{_TRUST_CENTER.ru}, {ru}; {_ELSE.ru}")


INSTALL = Text("close Excel and run: smm-xl addin install --host excel", "закройте Excel и выполните: smm-xl addin install --host excel")
_EXCEPT = Text(
    "ask the administrator of this PC to except the Python that Excel starts from this rule; without macros there are LibreOffice and xlwings Lite, see the README",
    "попросите администратора исключить из правила Python, который запускает Excel; без макросов работают LibreOffice и xlwings Lite, см. README",
)

NO_WINDOWS = State(
    "no Windows", Of.START, "sys.platform", _no_windows,
    Text(
        "Excel starts Python for worksheet functions on Windows alone. On a Windows PC run the same command there; "
        "to carry all of it to one: smm-xl addin bundle -o smm-xl-windows.zip; to look at the add-in: smm-xl addin build --host excel -o smm.xlam (or smm.bas). "
        "In Excel on a Mac, on the web and without Python: xlwings Lite, see the README. In LibreOffice: --host libreoffice",
        "Excel запускает Python для функций листа только в Windows. На компьютере с Windows выполните ту же команду там; "
        "чтобы перенести туда всё: smm-xl addin bundle -o smm-xl-windows.zip; посмотреть на надстройку: smm-xl addin build --host excel -o smm.xlam (или smm.bas). "
        "В Excel на Mac, в браузере и без Python: xlwings Lite, см. README. В LibreOffice: --host libreoffice",
    ),
    refuses=True,
)  # fmt: skip
NO_EXCEL = State(
    "no Excel", Of.START, r"App Paths\excel.exe in the registry", _no_excel,
    Text(
        "install Microsoft Excel for Windows; Excel in the browser takes xlwings Lite",
        "установите Microsoft Excel для Windows; для Excel в браузере есть xlwings Lite",
    ),
    refuses=True,
)  # fmt: skip
PATH = State(
    "path of Python", Of.PYTHON, "the code page of Windows and the short name of the path", _path_does_not_fit,
    Text(
        "make a virtual environment in another folder, for instance C:\\smm, and install smm-xl in it",
        "создайте виртуальное окружение в другой папке, например C:\\smm, и установите smm-xl в него",
    ),
    refuses=True,
)  # fmt: skip
STATES = (
    NO_WINDOWS,
    NO_EXCEL,
    State(
        "Excel of the Store", Of.COMPUTER, "WindowsApps in the path of EXCEL.EXE", _excel_of_the_store,
        Text(
            "if the functions do not appear: remove Office in the settings of Windows, Apps, and install it anew from office.com, My account",
            "если функции не появились: удалите Office в параметрах Windows, «Приложения», и установите заново с office.com, «Моя учётная запись»",
        ),
    ),
    State(
        "start folder on the network", Of.COMPUTER, "a path of the kind \\\\server\\..., or GetDriveTypeW", _on_the_network,
        _in_trust_center(
            "Trusted Locations: tick «Allow Trusted Locations on my network» and add this folder; or, in one workbook: smm-xl addin build --host excel -o smm.bas",
            "Надёжные расположения: разрешите надёжные расположения в сети и добавьте эту папку; или для одной книги: smm-xl addin build --host excel -o smm.bas",
        ),
    ),
    State(
        "no trusted folders", Of.COMPUTER, r"Excel\Security\Trusted Locations: AllLocationsDisabled", _no_trusted_folders,
        _in_trust_center("Trusted Locations: untick «Disable all Trusted Locations»", "Надёжные расположения: снимите «Отключить все надёжные расположения»"),
    ),
    State(
        "macros off", Of.COMPUTER, r"Excel\Security: VBAWarnings", _macros_off,
        _in_trust_center("Macro Settings: «Disable VBA macros with notification»", "Параметры макросов: «Отключить макросы VBA с уведомлением»"),
    ),
    State(
        "add-ins off", Of.COMPUTER, r"Excel\Security: DisableAllAddins", _add_ins_off,
        _in_trust_center("Add-ins: untick «Disable all Application Add-ins»", "Надстройки: снимите «Отключить все надстройки приложений»"),
    ),
    State(
        "signature needed", Of.COMPUTER, r"Excel\Security: RequireAddinSig, Common\Security: RequireAlwaysOnMacroSig", _signature_needed,
        _in_trust_center("Add-ins: untick the one about signatures", "Надстройки: снимите флажок о подписи надстроек"),
    ),
    State(
        "disabled by Excel", Of.COMPUTER, r"Excel\Resiliency\DisabledItems", _disabled_by_excel,
        Text(
            "in Excel: File, Options, Add-ins, Manage: Disabled Items, Go: choose it, Enable; then start Excel anew",
            "в Excel: Файл, Параметры, Надстройки, Управление: Отключённые объекты, Перейти: выберите её, «Включить»; затем перезапустите Excel",
        ),
    ),
    State("child processes barred", Of.COMPUTER, f"rule {_CHILD_PROCESSES} of Defender: 1 or 6", _child_processes_barred, _EXCEPT),
    State("calls of Windows barred", Of.COMPUTER, f"rule {_CALLS_OF_WINDOWS} of Defender: 1 or 6", _calls_barred, _EXCEPT),
    State(
        "two add-ins", Of.COMPUTER, r"Excel\Options: OPEN, OPEN1 and so on, AltStartup; XLSTART beside EXCEL.EXE", _two_add_ins,
        Text(
            "in Excel: File, Options, Add-ins, Go: untick the other SMM KPI, or delete that file; one of the two is enough",
            "в Excel: Файл, Параметры, Надстройки, Перейти: снимите флажок у лишней SMM KPI или удалите тот файл; достаточно одной из двух",
        ),
    ),
    State(
        "Python of the Store", Of.PYTHON, "sys.base_prefix, which a virtual environment has too, and sys.executable", _python_of_the_store,
        Text(
            "install Python from python.org and smm-xl in it, or take the zip with Python: smm-xl addin bundle -o smm-xl-windows.zip",
            "установите Python с python.org и в него smm-xl или возьмите архив с Python: smm-xl addin bundle -o smm-xl-windows.zip",
        ),
        refuses=True,
    ),
    PATH,
    State(
        "mark of the web", Of.ADDIN, "Zone.Identifier, the second stream of the file", _marked,
        Text(
            "in the file manager: Properties of the file, Unblock, OK; then start Excel anew",
            "в проводнике: Свойства файла, «Разблокировать», ОК; затем перезапустите Excel",
        ),
    ),
    State("installation interrupted", Of.ADDIN, "files .smm-xl-* in the start folder", _interrupted, INSTALL),
    State(
        "foreign file", Of.MOMENT, "a smm.xlam in the start folder without our mark", _foreign,
        Text("it was left; move that file elsewhere and try again", "она оставлена; перенесите этот файл в другое место и повторите"),
        refuses=True,
    ),
    State(
        "in use", Of.MOMENT, "the file cannot be opened for writing", _in_use,
        Text("close Excel, all its windows, and try again", "закройте Excel, все его окна, и повторите"),
        refuses=True,
    ),
)  # fmt: skip
