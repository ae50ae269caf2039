"""How the workbook looks: one font, few sizes, few colours. The contrast of text is at least 4.5 : 1."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Better, Unit
from smm_xl.language import Text
from smm_xl.targets.arithmetic import Status

NAVY, BLUE, GREY, HAIR, PALE = "#1E2A4A", "#2563EB", "#6B7280", "#D9DCE3", "#F5F6FA"
INPUT_BACK, INPUT_TEXT, INPUT_LINE = "#FFFBEB", "#1D4ED8", "#F3D98B"
STATUS_COLOURS = {
    Status.ON_PLAN: ("#D7F5E1", "#0B6B34"),
    Status.AT_RISK: ("#FFF0CC", "#8A4B08"),
    Status.BEHIND: ("#FFE1E1", "#A61B1B"),
    Status.NO_DATA: ("#FFFFFF", GREY),
    Status.NO_VERDICT: ("#FFFFFF", GREY),
}
GOOD, WARNING, BAD = (STATUS_COLOURS[status][1] for status in (Status.ON_PLAN, Status.AT_RISK, Status.BEHIND))
SIGNS = {Better.HIGHER: "▲", Better.LOWER: "▼", Better.NEUTRAL: "○"}
Style = dict[str, Any]
TITLE: Style = {"bold": True, "font_size": 20, "font_color": NAVY}
SUBTITLE: Style = {"font_color": GREY}
RULE: Style = {"top": 5, "top_color": NAVY}
SECTION: Style = {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 1, "bottom_color": "#C3CAD9"}
HEAD: Style = {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True, "align": "center"}
HEAD_LEFT: Style = HEAD | {"align": "left", "indent": 1}
HEAD_CALCULATED: Style = HEAD | {"bg_color": "#56627F"}
UNIT_ROW: Style = {"italic": True, "font_size": 9, "font_color": GREY, "align": "center"}
LINE: Style = {"bottom": 4, "bottom_color": HAIR}
NAME: Style = LINE | {"bold": True, "indent": 1}
TEXT: Style = LINE | {"indent": 1}
QUIET: Style = LINE | {"font_color": GREY, "font_size": 9}
NUMBER: Style = LINE | {"align": "right"}
TOTAL: Style = NUMBER | {"bold": True, "bg_color": PALE}
GROUP: Style = {"bold": True, "font_size": 9, "font_color": "#56627F", "bottom": 1, "bottom_color": "#C3CAD9", "valign": "bottom"}
INPUT: Style = {"bg_color": INPUT_BACK, "font_color": INPUT_TEXT, "border": 1, "border_color": INPUT_LINE, "locked": False}
LINK: Style = {"font_color": "#1E3A8A", "underline": 1}

FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.MONEY: "[>=1000]#,##0;[<=-1000]-#,##0;#,##0.00",
    Unit.SHARE: "0.00%",
    Unit.RATIO: "#,##0.00",
    Unit.HOURS: "#,##0.0#",
    Unit.DAYS: "#,##0",
}
MONTH_FORMAT = {"en": "[$-409]{}mmm yyyy", "ru": "[$-419]{}mmm yyyy"}
DATE_FORMAT = {"en": "yyyy-mm-dd", "ru": "dd.mm.yyyy"}
UNIT_WORDS = {
    Unit.COUNT: Text("pcs", "шт."),
    Unit.SHARE: Text("%", "%"),
    Unit.RATIO: Text("×", "×"),
    Unit.HOURS: Text("h", "ч"),
    Unit.DAYS: Text("days", "дн."),
}
