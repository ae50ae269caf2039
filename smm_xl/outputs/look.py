"""How results look, in workbooks and on the terminal: one font, few sizes, few colours, one way to write each unit.

The contrast of text is at least 4.5 : 1.
"""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Better, Unit
from smm_xl.language import Text, same
from smm_xl.targets.arithmetic import Status

Style = dict[str, Any]

# What every workbook is written with: text from a file stays text, it becomes neither a formula, nor a link, nor a number
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FONT_NAME = "Calibri"
FONT: Style = {"font_name": FONT_NAME, "font_size": 11, "valign": "vcenter"}
DASH = "—"  # what is undefined or not known
MARK = "*"  # behind a figure that rests on a part of the data
MARKED = Text("* rests on a part of the data, see the notes", "* посчитано по части данных, см. примечания")

WHITE, NAVY, SLATE, BLUE, GREY = "#FFFFFF", "#1E2A4A", "#56627F", "#2563EB", "#6B7280"
HAIR, PALE, GRID, RULED, FAINT = "#D9DCE3", "#F5F6FA", "#EEF0F4", "#C3CAD9", "#B8BDC9"
BARS, COLUMNS, LINKED = "#B9CCF5", "#A8C1F5", "#1E3A8A"  # data bars in cells; columns of charts and sparklines; links
LEADS, LEADS_TEXT, COST_OF_LEAD = "#0F8B7D", "#0B6B61", "#F7B955"  # series of the dashboard
CHANNELS = ("#2563EB", "#0F766E", "#B45309", "#7C3AED", "#475569", "#BE185D", "#4D7C0F", "#0369A1", "#9F1239", "#6D28D9", "#115E59", "#92400E")
INPUT_BACK, INPUT_TEXT, INPUT_LINE = "#FFFBEB", "#1D4ED8", "#F3D98B"
STATUS_COLOURS = {
    Status.ON_PLAN: ("#D7F5E1", "#0B6B34"),
    Status.AT_RISK: ("#FFF0CC", "#8A4B08"),
    Status.BEHIND: ("#FFE1E1", "#A61B1B"),
    Status.NO_DATA: (WHITE, GREY),
    Status.NO_VERDICT: (WHITE, GREY),
}
STATUS_BARS: dict[Status, str] = {Status.ON_PLAN: "#4CC38A", Status.AT_RISK: "#F5B041", Status.BEHIND: "#EF6F6C", Status.NO_VERDICT: "#A9B4C2"}  # of charts
GOOD, WARNING, BAD = (STATUS_COLOURS[status][1] for status in (Status.ON_PLAN, Status.AT_RISK, Status.BEHIND))
FINE, REMARK, ERROR = (status.sign for status in (Status.ON_PLAN, Status.AT_RISK, Status.BEHIND))  # what stands before words about data
SIGN_COLOURS = {FINE: GOOD, REMARK: WARNING, ERROR: BAD}
SIGNS = {Better.HIGHER: "▲", Better.LOWER: "▼", Better.NEUTRAL: "○"}
TITLE: Style = {"bold": True, "font_size": 20, "font_color": NAVY}
SUBTITLE: Style = {"font_color": GREY}
RULE: Style = {"top": 5, "top_color": NAVY}
SECTION: Style = {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 1, "bottom_color": RULED}
HEAD: Style = {"bold": True, "font_color": WHITE, "bg_color": NAVY, "text_wrap": True, "align": "center"}
HEAD_LEFT: Style = HEAD | {"align": "left", "indent": 1}
HEAD_CALCULATED: Style = HEAD | {"bg_color": SLATE}
UNIT_ROW: Style = {"italic": True, "font_size": 9, "font_color": GREY, "align": "center"}
LINE: Style = {"bottom": 4, "bottom_color": HAIR}
NAME: Style = LINE | {"bold": True, "indent": 1}
TEXT: Style = LINE | {"indent": 1}
QUIET: Style = LINE | {"font_color": GREY, "font_size": 9}
NUMBER: Style = LINE | {"align": "right"}
TOTAL: Style = NUMBER | {"bold": True, "bg_color": PALE}
GROUP: Style = {"bold": True, "font_size": 9, "font_color": SLATE, "bottom": 1, "bottom_color": RULED, "valign": "bottom"}
TYPED: Style = {"font_color": INPUT_TEXT, "locked": False}
INPUT_AREA: Style = {"bg_color": INPUT_BACK, "border": 1, "border_color": INPUT_LINE}
INPUT: Style = TYPED | INPUT_AREA
LINK: Style = {"font_color": LINKED, "underline": 1}

WHOLE, DECIMAL = "#,##0", "#,##0.00"  # numbers without and with two decimals
FORMATS = {
    Unit.COUNT: WHOLE,
    Unit.MONEY: f"[>=1000]{WHOLE};[<=-1000]-{WHOLE};{DECIMAL}",
    Unit.SHARE: "0.00%",
    Unit.RATIO: DECIMAL,
    Unit.HOURS: "#,##0.0#",
    Unit.DAYS: WHOLE,
}
# with their sign; kopecks and cents show whatever the size, because an Excel format has no room for a sign and a limit
SIGNED = {unit: f"+{form};-{form};{form}" for unit, form in (FORMATS | {Unit.MONEY: DECIMAL}).items()}
PERCENT, CHANGE = "0.0%", "+0.0%;-0.0%;0.0%"  # attainments; relative changes
WHOLE_PERCENT, TYPED_PERCENT = "0%", "0.0#%"  # thresholds and axes; shares that are typed in
GAP = f"+{DECIMAL};-{DECIMAL};0"  # a difference in whichever unit its row has
PROBABILITY, WEIGHT, ONE_DECIMAL, UNGROUPED, WORDS = "0.0000", "0.##", "0.0", "0", "@"  # UNGROUPED: of rows and problems
WITHOUT_ZERO = "0;-0;;@"  # of what is worked out in rows that nobody has filled
POINTS = Text("pp", "п. п.")
MONTH_FORMAT = {"en": "[$-409]{}mmm yyyy", "ru": "[$-419]{}mmm yyyy"}
DATE_FORMAT = {"en": "yyyy-mm-dd", "ru": "dd.mm.yyyy"}
UNIT_WORDS = {
    Unit.COUNT: Text("pcs", "шт."),
    Unit.MONEY: Text("money", "деньги"),  # where the currency is not known
    Unit.SHARE: Text("%", "%"),
    Unit.RATIO: Text("×", "×"),
    Unit.HOURS: Text("h", "ч"),
    Unit.DAYS: Text("days", "дн."),
}


def unit_words(unit: Unit, currency: str) -> Text:
    """What stands beside figures of a unit: beside money its currency, where that is known."""
    return same(currency) if unit is Unit.MONEY and currency else UNIT_WORDS[unit]


def marked(form: str, *, is_marked: bool) -> str:
    """A number format with the sign of a figure that rests on a part of the data behind the number."""
    return ";".join(f'{part}"{MARK}"' for part in form.split(";")) if is_marked else form


def points(language: str) -> str:
    """The number format of a gap of shares, which is written in points (a hundredth each), because no format multiplies by 100 without a %."""
    shown = f'0.00" {POINTS.in_language(language)}"'
    return f"+{shown};-{shown};{shown}"


def data_bars() -> Style:
    """Bars for attainments, from nothing to one and a half times the target."""
    return {"type": "data_bar", "bar_solid": True, "bar_color": BARS, "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1.5}
