"""What Linux tells of a process and those it has started: processor time and memory."""

import os
from pathlib import Path

from benchmarks.raw import family

TICK = os.sysconf("SC_CLK_TCK")


def memory(pid: int | str) -> float:
    """Mebibytes in memory, those shared with others divided among them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"{pid} tells no memory.")


def memory_of_all(pid: int) -> float:
    return sum(memory(one) for one in {pid, *family(pid)})


def seconds_of(pid: int) -> float:
    """Processor time of all threads, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def seconds_of_all(pid: int) -> float:
    return sum(seconds_of(one) for one in {pid, *family(pid)})
