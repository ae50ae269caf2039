"""The formulas of the workbook: as text, as trees, worked out; the totals that KPIs are made of."""
