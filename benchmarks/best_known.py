"""Search each problem of the suite long, and keep the best loss that was ever seen.

``OMP_NUM_THREADS=1 python benchmarks/best_known.py`` lets differential evolution and the genetic
search spend 2000 evaluations (600 where an evaluation is a cross-validation or reads a table) on
each problem and writes ``benchmarks/best_known.json``, a value only where it is better than the
one that stands there; where the optimum is known in closed form, that is the value. ``--runs``
adds the best of the runs in files.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from _suite import OPTIMA, PROBLEMS
from quality import run

FILE = Path(__file__).resolve().parent / "best_known.json"
SLOW = ("real", "tabular")


def stored() -> dict[str, float]:
    """Return the best known loss of each problem: its optimum, or the best that was stored."""
    found = json.loads(FILE.read_text()) if FILE.exists() else {}
    return {**found, **OPTIMA}


def searched(problem: str, seed: int) -> float:
    """Return the best loss that two long searches find."""
    n = 600 if PROBLEMS[problem].kind in SLOW else 2000
    return min(noiseless(method, problem, seed, n) for method in ("de", "ga"))


def noiseless(method: str, problem: str, seed: int, n: int) -> float:
    return float(np.min(run(method, problem, seed, n)["best"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", nargs="+", choices=PROBLEMS, default=[*PROBLEMS])
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--runs", type=Path, nargs="+", default=[])
    arguments = parser.parse_args()
    best = {k: v for k, v in stored().items() if k in PROBLEMS}
    for path in arguments.runs:
        for made in map(json.loads, path.read_text().splitlines()):
            name = made["problem"]
            best[name] = min(best.get(name, np.inf), *made["best"])
    for problem in [name for name in arguments.problems if name not in OPTIMA]:
        before = best.get(problem, np.inf)
        best[problem] = min(before, searched(problem, arguments.seed))
        print(f"{problem}: {before:.6g} -> {best[problem]:.6g}", flush=True)
        FILE.write_text(json.dumps({k: best[k] for k in sorted(best)}, indent=1) + "\n")


if __name__ == "__main__":
    main()
