"""Workbooks that the package writes."""
