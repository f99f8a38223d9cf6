"""Peak memory of a run of its own: `memory.py asem 1000000` or `memory.py shipped 10000`, in MB."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path


def peak(work: str, draws: int) -> float:
    """Run in a process of its own and return its peak memory in MB."""
    command = [sys.executable, __file__, work, str(draws)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own file
    return float(ran.stdout)


def main(work: str, draws: int) -> None:
    """Count that many draws of everything that varies and print the peak."""
    import works

    from scoring.doubt.ensemble import counted, ensemble

    if work == "asem":
        folder = works.peers()
        if folder is None:
            message = "the published index is not there"
            raise SystemExit(message)
        p = works.Asem.read(folder).replicates()
        pieces = range(0, draws, works.CHUNK)
        each = (works.weights_and_methods(p, min(works.CHUNK, draws - at), at) for at in pieces)
        counted(p, (p.grid.units[0], p.grid.units[1]), each)
    else:
        ensemble(works.shipped(), ("USA", "CHN"), draws, 1, setups=True)
    print(highest())


def highest() -> float:
    """Return the peak of this process in MB.

    On Linux from /proc, since the figure of `getrusage` outlives an exec: it would be that of the parent.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="utf-8").splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) / 1024
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_kb / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
