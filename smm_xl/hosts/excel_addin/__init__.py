"""The add-in for Excel on Windows (.xlam): VBA functions that call ``smm_xl.hosts.excel`` through xlwings.

``wrappers`` writes the VBA, ``build`` the file, ``server`` is the Python process that it starts, ``windows`` knows the computer, ``states``
is the table of what can keep the add-in from working there, ``installing`` puts it in place and removes it, ``doctor`` finds out what is
wrong; ``host`` offers these to the command line. None of them needs Excel or Windows to be imported, so that the doctor can speak where
something is missing.
"""

from __future__ import annotations

from pathlib import Path

from smm_xl.catalog.reserved_words import RESERVED_IN_VBA
from smm_xl.hosts.faults import LOG

PROJECT = "smm_xl"
FILE = "smm.xlam"
MODULE = "smm_xl.hosts.excel"  # what the VBA functions call
# the numbers of XlCVError, and the names that Excel shows
ERROR_CODES = {
    "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042, "#GETTING_DATA": 2043,
    "#SPILL!": 2045, "#CALC!": 2050,
}  # fmt: skip
# what a cell with an error holds over COM, as an HRESULT: its number above that of 0
HRESULT_OF_0 = -2146828288
ERRORS_OVER_COM = {HRESULT_OF_0 + code: error for error, code in ERROR_CODES.items()}


def argument_name(name: str) -> str:
    """The name of an argument in Excel: no word that VBA keeps for itself."""
    return f"{name}_" if name in RESERVED_IN_VBA else name


def folder() -> Path:
    """Where the settings and the log of the user lie."""
    return Path.home() / f".{PROJECT}"


def log() -> Path:
    return folder() / LOG


def log_in_profile() -> str:
    """Where the log lies below the folder of the user, as Windows writes it."""
    return f".{PROJECT}\\{LOG}"
