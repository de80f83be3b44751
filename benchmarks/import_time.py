"""What ``from skhpo import *`` adds to ``import sklearn.model_selection``.

Each import runs in a process of its own, the two in turn; medians are compared.

    python benchmarks/import_time.py [--runs 11]
"""

import argparse
import statistics
import subprocess
import sys

LIMIT = 100  # milliseconds
TIMER = "from time import perf_counter as now; t = now(); {code}; print((now() - t) * 1000)"
BASE = "import sklearn.model_selection"
OURS = f"{BASE}; from skhpo import *"


def measure(code: str) -> float:
    """Return the milliseconds that ``code`` takes in a fresh interpreter."""
    command = [sys.executable, "-c", TIMER.format(code=code)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    """Print the medians; return 1 if skhpo adds more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11, help="processes for each of the two")
    runs = parser.parse_args().runs
    measure(OURS)  # fill the caches of the file system, and write the byte code
    pairs = [(measure(BASE), measure(OURS)) for _ in range(runs)]
    base, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{BASE:<34}{base:8.0f} ms")
    print(f"{'  and from skhpo import *':<34}{ours:8.0f} ms")
    print(f"{'skhpo adds':<34}{ours - base:8.0f} ms ({ours / base - 1:.1%}; limit {LIMIT} ms)")
    return int(ours - base >= LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
