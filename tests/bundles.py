"""The true bundle for a PC without Python, made once in a run of the tests; its downloads are kept between runs."""

from __future__ import annotations

import functools
import io
import zipfile

from smm_xl.errors import InputError
from smm_xl.hosts.excel_addin import bundle
from tests.caches import CACHE
from tests.office import missing

SITE = "smm-xl-windows/python/Lib/site-packages/"


@functools.cache
def true_bundle() -> zipfile.ZipFile:
    """The bundle as users get it; where its parts cannot be had the test is skipped, or fails where CI is set."""
    folder = CACHE / "bundle"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        made = bundle.make(folder, bundle.RUNTIME, download=True)
    except InputError as error:
        missing(f"no parts of the bundle: {error}")
        raise
    return zipfile.ZipFile(io.BytesIO(made.content))
