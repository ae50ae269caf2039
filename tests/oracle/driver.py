"""Answers JSON lines with what smm_xl says; the only module of the oracle that imports it.

A line is {"ask": "function", "name", "args"}, {"ask": "kpi", ...} or {"ask": "report", "paths", "by", "where"}; the answer
{"value": ...} or {"error": text}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import smm_xl
from smm_xl import functions


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return None
    return value


def answer(asked: dict[str, Any]) -> Any:
    """What one request gives."""
    if asked["ask"] == "function":
        return getattr(functions, asked["name"])(*asked["args"])
    frame = smm_xl.report(asked["paths"], by=asked["by"], where=asked["where"] or None)
    rows = [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]
    total = {key: _plain(value) for key, value in frame.attrs["total"].items()}
    return {"rows": rows, "total": total, "marks": frame.attrs["marks"]}


def main() -> None:
    """Until the input ends; a refusal is an answer, so is a fault of the program."""
    for line in sys.stdin:
        try:
            told: dict[str, Any] = {"value": answer(json.loads(line))}
        except Exception as error:
            told = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(told, default=str), flush=True)


if __name__ == "__main__":
    main()
