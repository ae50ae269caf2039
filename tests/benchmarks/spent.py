"""What one command takes: ``python -I -S spent.py OUTPUT COMMAND...`` runs it and prints seconds, processor seconds, bytes and how it ended.

The system counts into the peak memory of a process what started it, until it becomes the command. So this small program of the standard
library starts it, never the one that made the data. Prints and complaints of the command go to OUTPUT and OUTPUT.err.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    output, *command = sys.argv[1:]
    to_file = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [(os.POSIX_SPAWN_OPEN, number, path, to_file, 0o600) for number, path in ((1, output), (2, f"{output}.err"))]
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=files)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps([seconds, usage.ru_utime + usage.ru_stime, memory, os.waitstatus_to_exitcode(status)]))


if __name__ == "__main__":
    main()
