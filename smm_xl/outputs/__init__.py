"""How results are written: the terminal, text, workbooks, and the safe writing of files."""
