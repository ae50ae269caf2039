"""The sheets of the workbook, one module a sheet or kind of sheet."""
