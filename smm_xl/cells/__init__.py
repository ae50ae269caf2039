"""What a cell holds, and the shapes of ranges: numbers, blanks, text, errors, days, periods. No domain, no host."""
