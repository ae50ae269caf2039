"""Where the tests keep what takes long to download, between runs: in the cache folder of the user, also where a test has a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "smm-xl-tests"
