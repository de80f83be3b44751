"""CPU time of a suggestion by the strategies that have no costly model.

``OMP_NUM_THREADS=1 python benchmarks/overhead.py`` lets each spend 300 evaluations on 20 real
parameters, and on 20 mixed ones, and prints the mean CPU time of one ask and tell in
milliseconds: the least of three runs. To be reached: 1 ms by population and local methods.
"""

import argparse
import time

from skhpo import Integer, Observation, Real, Space
from skhpo.strategies import REGISTRY

WITH_A_MODEL = ("forest", "gp", "tpe")
FINITE = ("grid",)


def spaces(d: int) -> dict[str, Space]:
    mixed = {f"x{i}": Real(0, 1) for i in range(d // 2)}
    mixed |= {f"n{i}": Integer(1, 100, log=True) for i in range(d // 4)}
    mixed |= {f"c{i}": list("abcd") for i in range(d - len(mixed))}
    return {"real": Space({f"x{i}": Real(0, 1) for i in range(d)}), "mixed": Space(mixed)}


def milliseconds(make, space: Space, n: int) -> float:
    strategy = make(space=space, seed=0, budget=n)
    start = time.process_time()
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, float(((candidate.x - 0.37) ** 2).sum()))])
    return 1e3 * (time.process_time() - start) / n


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dimensions", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    kinds = spaces(arguments.dimensions)
    print(f"{'':>16} " + " ".join(f"{kind:>8}" for kind in kinds))
    for name, make in REGISTRY.items():
        if name in WITH_A_MODEL or name in FINITE:
            continue
        row = []
        for space in kinds.values():
            n, repeats = arguments.evaluations, range(arguments.repeats)
            row.append(min(milliseconds(make, space, n) for _ in repeats))
        print(f"{name:>16} " + " ".join(f"{value:>8.2f}" for value in row))


if __name__ == "__main__":
    main()
