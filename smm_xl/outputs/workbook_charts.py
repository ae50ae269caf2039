"""Charts on a sheet of a workbook, two beside each other, with their numbers on a hidden sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smm_xl.language import Text
from smm_xl.outputs import charts, look
from smm_xl.outputs.charts import Chart
from smm_xl.outputs.workbook_writer import HEADER_ROW, Writer

_NAME, _NUMBERS = Text("Charts", "Диаграммы"), Text("Numbers of charts", "Числа диаграмм")
_ACROSS, _COLUMNS, _COLUMN_WIDTH = 2, 7, 10  # charts in a line, cells under one, characters of a cell
_LINES, _LINE_HEIGHT = 14, 20  # cells that a chart is high
_PER_PAGE = 2  # lines of charts
_WIDTH, _HEIGHT = _COLUMNS * (_COLUMN_WIDTH * 7 + 5) - 24, _LINES * _LINE_HEIGHT - 6
_SCALE = 84  # of print, in per cent, at which two charts are as wide as the page
_ROOM = 1.2  # behind the longest bar, for its figure
_WHOLE_FROM = 10  # where an axis goes further, its figures need no fractions; those of the values keep theirs
_FONT = {"name": look.FONT_NAME, "size": 9, "color": look.GREY}


def draw(writer: Writer, drawn: Sequence[Sequence[Chart]]) -> None:
    """A sheet of charts, and the hidden one of their numbers; nothing where there are none."""
    if not drawn:
        return
    about = Text("Drawn from the same data as the table.", "Построены по тем же данным, что и таблица.")
    sheet = writer.sheet(_NAME, _NAME, about, _ACROSS * (_COLUMNS + 1) - 1)
    sheet.fit_to_pages(0, 0)
    sheet.set_print_scale(_SCALE)
    sheet.set_margins(left=0.5, right=0.5)
    for place in range(_ACROSS):
        first = 1 + place * (_COLUMNS + 1)
        sheet.set_column(first, first + _COLUMNS - 1, _COLUMN_WIDTH)
        sheet.set_column(first + _COLUMNS, first + _COLUMNS, 2)
    numbers = writer.book.add_worksheet(writer.say(_NUMBERS))
    numbers.hide()
    row, top, breaks = HEADER_ROW, 0, list[int]()
    for number, line in enumerate(drawn):
        if number and number % _PER_PAGE == 0:
            breaks.append(row)
        for place, chart in enumerate(line):
            first = 1 + place * (_COLUMNS + 1)
            wide = _ACROSS if chart.line is not None else 1
            for column in range(first, first + wide * (_COLUMNS + 1) - 1):
                sheet.write_string(row, column, chart.title if column == first else "", writer.style(**look.SECTION))
            sheet.write_string(row + 1, first, chart.caption, writer.style(**look.SUBTITLE | {"font_size": 9, "italic": True}))
            _numbers(writer, numbers, top, chart)
            made = _chart(writer, chart, numbers.get_name(), top)
            made.set_size({"width": wide * _WIDTH, "height": _HEIGHT})
            sheet.insert_chart(row + 2, first, made, {"description": chart.title, "object_position": 1, "x_offset": 2, "y_offset": 2})
            top += len(chart.labels) + 2
        row += _LINES + 3
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, row - 1, _ACROSS * (_COLUMNS + 1) - 1)


def _numbers(writer: Writer, sheet: Any, top: int, chart: Chart) -> None:
    """The labels of a chart and its values; a blank cell where there is none, at which a line breaks."""
    for column, one in enumerate(chart.series, start=1):
        sheet.write_string(top, column, writer.say(one.name))
        for line, value in enumerate(one.values, start=top + 1):
            if value is not None:
                sheet.write_number(line, column, value)
    for line, label in enumerate(chart.labels, start=top + 1):
        sheet.write_string(line, 0, label)


def _chart(writer: Writer, chart: Chart, numbers: str, top: int) -> Any:
    made: Any = writer.book.add_chart({"type": {"columns": "column", "line": "line", "bars": "bar"}[chart.shape]})
    first, last = top + 1, top + len(chart.labels)
    is_few = len(chart.labels) <= 12
    for column, one in enumerate(chart.series, start=1):
        series: dict[str, Any] = {
            "name": [numbers, top, column],
            "categories": [numbers, first, 0, last, 0],
            "values": [numbers, first, column, last, column],
        }
        if chart.shape == "line":
            marker = {"type": "circle", "size": 6, "fill": {"color": one.colour}, "border": {"color": one.colour}}
            series |= {"line": {"color": one.colour, "width": 2.25}, "marker": marker}
        else:
            series |= {"fill": {"color": one.colour}, "gap": 50, "overlap": 100}
        if is_few or chart.shape == "bars":
            series["data_labels"] = {"value": True, "num_format": chart.form, "font": {"name": look.FONT_NAME, "size": 9, "bold": True}}
            if chart.line is not None:
                series["data_labels"]["position"] = "inside_end"  # there it stands too where the bar goes beyond the axis
            elif chart.shape == "line":
                series["data_labels"]["position"] = "above"
        made.add_series(series)
    made.set_title({"none": True})
    made.set_chartarea({"border": {"none": True}})
    made.set_plotarea({"border": {"none": True}})
    made.set_legend({"none": True} if chart.line is None else {"position": "top", "font": _FONT})  # what the colours of statuses mean
    names: dict[str, Any] = {"num_font": _FONT, "line": {"color": look.HAIR}, "label_position": "low"}
    values: dict[str, Any] = {
        "num_font": _FONT,
        "num_format": chart.form,
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": look.GRID}},
    }
    known = [value for one in chart.series for value in one.values if value is not None]
    if max(known) >= _WHOLE_FROM and not chart.form.endswith("%"):
        values["num_format"] = look.WHOLE
    if min(known) >= 0:
        values["min"] = 0  # else a program may begin where the least value is, and a small difference looks like a large one
        if chart.shape == "bars" and max(known) > 0:
            values["max"] = max(known) * _ROOM
    if chart.line is not None:
        line = {"visible": True, "line": {"color": look.NAVY, "dash_type": "dash", "width": 1}}
        # the one gridline that is not an end of the axis is the line
        values |= {"num_format": look.WHOLE_PERCENT, "max": charts.MOST_SHOWN, "major_unit": chart.line, "major_gridlines": line}
    if chart.shape == "bars":
        made.set_y_axis(names | {"reverse": True})
        made.set_x_axis(values | {"visible": chart.line is not None})
    else:
        made.set_x_axis(names)
        made.set_y_axis(values)
    return made
