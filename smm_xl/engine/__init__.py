"""From rows to figures: totals first, and one division at the end."""
