"""LibreOffice Calc: an extension (.oxt) whose functions call the engine.

``signatures`` says how each function looks to Calc, ``values`` what crosses the border, ``component`` is loaded by the office's own
Python; these travel in the extension. ``extension`` writes it, ``office`` finds LibreOffice, installs and examines, ``lock`` tells
whether an installer was killed, ``remote`` talks to a running office and is run by the office's Python.
"""

IDENTIFIER = "org.smmxl.calc"
LEAST_PYTHON = (3, 11)  # what the core needs of the office's Python
