"""LibreOffice Calc as a host: its extension, installed by LibreOffice's own installer for the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smm_xl.errors import InputError
from smm_xl.hosts.checks import Check
from smm_xl.hosts.host import Built, Files, Host, Options
from smm_xl.language import Text

if TYPE_CHECKING:
    from smm_xl.hosts.libreoffice.office import Office


def _install(options: Options) -> Sequence[Check]:
    from smm_xl.hosts.libreoffice import extension
    from smm_xl.hosts.libreoffice import office as offices
    from smm_xl.outputs import writing

    offices.must_not_be_root()
    found = _found(options)
    with writing.scratch() as folder:
        built = folder / "smm.oxt"
        built.write_bytes(extension.build())
        offices.install(found, built)
    return ()


def _uninstall(options: Options) -> None:
    from smm_xl.hosts.libreoffice import office as offices

    offices.must_not_be_root()
    offices.uninstall(_found(options))


def _found(options: Options) -> Office:
    from smm_xl.hosts.libreoffice import office as offices

    found = offices.find(options.office)
    if found is None:
        raise InputError(*offices.NO_OFFICE)
    return found


def _examine(options: Options) -> Iterator[Check]:
    from smm_xl.hosts.libreoffice import doctor

    return doctor.examine(options.office)


def _oxt() -> Built:
    from smm_xl.hosts.libreoffice import extension

    return Built(extension.build(), Text("open it with LibreOffice to install it", "чтобы установить, откройте файл в LibreOffice"))


HOST = Host(
    key="libreoffice",
    name="LibreOffice Calc",
    install=_install,
    uninstall=_uninstall,
    examine=_examine,
    build=Files(
        {".oxt": _oxt},
        naming=Text("LibreOffice knows extensions by .oxt; name it smm.oxt", "LibreOffice узнаёт расширения по .oxt; назовите файл smm.oxt"),
    ),
    try_out=Text(
        "the self-test is of Excel; for LibreOffice: smm-xl addin doctor --host libreoffice",
        "самопроверка есть для Excel; для LibreOffice: smm-xl addin doctor --host libreoffice",
    ),
    takes=frozenset({"office"}),
)
