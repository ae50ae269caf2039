"""What a careful person would write without smm-xl, as scripts of one library each, which ``commands`` runs beside the command."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
