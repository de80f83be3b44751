"""What becomes of a search in which one candidate is poisoned: ours, and those of others.

``python benchmarks/faults.py`` prints a Markdown table. Each cell is a search of 12 candidates on
2 splits, one candidate poisoned, in a process of its own with 25 seconds to end:

* ok: the search ended, all other candidates kept their scores, and the best one is right;
* wrong: it ended, and the best is not right or the poisoned candidate has a score;
* raises: ``fit`` raised, and what was measured is lost (kept: it can still be read);
* dies: the process of the user died;
* hangs: it did not end.

``--hang`` prints how long a search takes with and without a candidate that hangs in C, under
``fit_timeout=2``; ``--interrupt`` how long Ctrl-C takes. Columns of libraries that are not
installed are left out (``pip install optuna optuna-integration[sklearn] scikit-optimize``).
"""

import argparse
import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the estimators are those of the tests

from tests.search import _faulty  # noqa: E402
from tests.search._faulty import Faulty  # noqa: E402

SECONDS = 25.0
POISONED, BEST = 6, 11  # of the candidates 0 to 11; the score of a candidate is its number
FAULTS: dict[str, Callable[[], Any]] = {
    "exception": _faulty.stop,
    "MemoryError": _faulty.raise_memory_error,
    "endless recursion": _faulty.recurse,
    "exception that cannot be pickled": _faulty.raise_bad_to_pickle,
    "exception that cannot be unpickled": _faulty.raise_bad_to_unpickle,
    "SystemExit in fit": _faulty.exit_python,
    "KeyboardInterrupt in fit": _faulty.interrupt,
    "segmentation fault": _faulty.read_nowhere,
    "os._exit": _faulty.leave,
    "C stack overflow": _faulty.overflow_the_stack,
    "SIGKILL (as of the kernel, out of memory)": _faulty.kill_process,
    "hang in sleep": _faulty.sleep,
    "hang in C holding the GIL": _faulty.hold_the_lock,
    "hang in BLAS": _faulty.multiply_forever,
    "30 GB asked for": _faulty.take_30_gb,
}
SCORES = {
    "score is inf": float("inf"),
    "score is -inf": float("-inf"),
    "score is NaN": float("nan"),
    "score is a str": "good",
    "score is None": None,
}
LIMITS = {"fit_timeout": 2.0, "fit_memory": "1GB"}


def grid_search(estimator: Any, n_jobs: int) -> Any:
    from sklearn.model_selection import GridSearchCV

    return GridSearchCV(estimator, {"p": [*range(12)]}, cv=2, n_jobs=n_jobs)


def ours(estimator: Any, n_jobs: int) -> Any:
    from skhpo import RandomSearchCV

    space = {"p": [*range(12)]}
    return RandomSearchCV(estimator, space, n_iter=12, cv=2, n_jobs=n_jobs, **LIMITS)


def ours_unlimited(estimator: Any, n_jobs: int) -> Any:
    return ours(estimator, n_jobs).set_params(**dict.fromkeys(LIMITS))


def optuna_search(estimator: Any, n_jobs: int) -> Any:
    import optuna
    from optuna.distributions import IntDistribution
    from optuna_integration import OptunaSearchCV

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.GridSampler({"p": [*range(12)]}, seed=0)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    space = {"p": IntDistribution(0, 11)}
    return OptunaSearchCV(
        estimator, space, cv=2, n_trials=12, n_jobs=n_jobs, error_score=np.nan, study=study
    )


def skopt_search(estimator: Any, n_jobs: int) -> Any:
    from skopt import BayesSearchCV
    from skopt.space import Integer

    space = {"p": Integer(0, 11)}
    options = {"n_initial_points": 60, "initial_point_generator": "random"}
    return BayesSearchCV(
        estimator,
        space,
        n_iter=40,  # it draws with repeats: enough that all 12 are met
        cv=2,
        n_jobs=n_jobs,
        n_points=4,
        error_score=np.nan,
        optimizer_kwargs=options,
        random_state=0,
    )


COLUMNS: dict[str, tuple[Callable[[Any, int], Any], int, str]] = {
    "skhpo, 1 job": (ours, 1, "skhpo"),
    "skhpo, 2 jobs": (ours, 2, "skhpo"),
    "skhpo without limits, 2 jobs": (ours_unlimited, 2, "skhpo"),
    "GridSearchCV, 1 job": (grid_search, 1, "sklearn"),
    "GridSearchCV, 2 jobs": (grid_search, 2, "sklearn"),
    "OptunaSearchCV, 1 job": (optuna_search, 1, "optuna_integration"),
    "OptunaSearchCV, 2 jobs (threads)": (optuna_search, 2, "optuna_integration"),
    "BayesSearchCV of scikit-optimize, 1 job": (skopt_search, 1, "skopt"),
    "BayesSearchCV of scikit-optimize, 2 jobs": (skopt_search, 2, "skopt"),
}
UNSAFE_WITHOUT_LIMITS = {"30 GB asked for"}  # a test of the machine, not of the library


# -- one cell ------------------------------------------------------------------------------------


def poisoned(fault: str) -> Faulty:
    if fault in SCORES:
        return Faulty(bad_scores={POISONED: SCORES[fault]})
    return Faulty(poison={POISONED: FAULTS[fault]})


def verdict(search: Any) -> str:
    """Compare what a search found with what is right."""
    if search.best_params_["p"] != BEST:
        return "wrong"
    if hasattr(search, "study_"):  # OptunaSearchCV keeps no cv_results_ of its own
        rows = [(trial.params["p"], trial.value) for trial in search.study_.trials]
    else:
        results = search.cv_results_
        rows = [
            (params["p"], score)
            for params, score in zip(results["params"], results["mean_test_score"], strict=True)
        ]
    lost = [p for p, score in rows if p != POISONED and score != p]
    scored = [p for p, score in rows if p == POISONED and score is not None and np.isfinite(score)]
    return "wrong" if lost or scored else "ok"


def run_cell(fault: str, column: str) -> None:
    """Print the verdict of one search; a process that dies prints nothing."""
    warnings.simplefilter("ignore")
    make, n_jobs, _ = COLUMNS[column]
    search = make(poisoned(fault), n_jobs)
    try:
        search.fit(np.zeros((4, 1)))
    except BaseException as error:  # noqa: BLE001 (SystemExit too)
        kept = hasattr(search, "cv_results_") or getattr(search, "study", None) is not None
        print(f"VERDICT raises {type(error).__name__}{', kept' if kept else ''}")
    else:
        print("VERDICT " + verdict(search))


def cell(fault: str, column: str) -> str:
    """Run one search in a process of its own, in a session that is ended as a whole."""
    if fault in UNSAFE_WITHOUT_LIMITS and COLUMNS[column][0] is not ours:
        return "-"
    command = [sys.executable, __file__, "--cell", fault, column]
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/said", "w+") as file:
        # a file, not a pipe: workers that live on would hold that open
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **dict.fromkeys(("TMPDIR", "JOBLIB_TEMP_FOLDER"), folder)},
            start_new_session=True,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return "hangs"
        finally:
            end_group(process)
        file.seek(0)
        said = [line[8:] for line in file if line.startswith("VERDICT ")]
    return said[0].strip() if said else "dies"


def end_group(process: subprocess.Popen) -> None:
    """End a process and its group; joblib's resource trackers get time to clean up."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)  # which the trackers ignore
        process.wait()
        for _ in range(60):
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def table(faults: list[str], columns: list[str]) -> None:
    print("| fault | " + " | ".join(columns) + " |")
    print("|---" * (1 + len(columns)) + "|")
    for fault in faults:
        print(f"| {fault} | " + " | ".join(cell(fault, c) for c in columns) + " |", flush=True)


# -- how long ------------------------------------------------------------------------------------


def time_of_hang(n_jobs: int) -> None:
    """Print what a candidate that hangs in C costs under ``fit_timeout=2``."""
    warnings.simplefilter("ignore")
    seconds = []
    for estimator in (Faulty(), Faulty(poison={POISONED: _faulty.hold_the_lock})):
        start = time.perf_counter()
        search = ours(estimator, n_jobs).set_params(fit_memory=None).fit(np.zeros((4, 1)))
        seconds.append(time.perf_counter() - start)
    marked = sorted(search.cv_results_["status"])[-1]
    more = seconds[1] - seconds[0]
    print(
        f"n_jobs={n_jobs}: {seconds[0]:.2f} s without, {seconds[1]:.2f} s with a hang ({marked}): "
        f"{more:+.2f} s (allowed: 2 x (2 s + 1 s) = 6 s)"
    )


INTERRUPTED = """
import sys
import numpy as np
from skhpo import RandomSearchCV
from tests.search._faulty import Faulty, Note, sleep

limits = {"fit_timeout": 300.0} if sys.argv[3] == "a limit" else {}
estimator = Faulty(poison={p: Note(sys.argv[1], sleep) for p in range(4, 12)})
search = RandomSearchCV(
    estimator, {"p": [*range(12)]}, n_iter=12, cv=2, n_jobs=int(sys.argv[2]), **limits
)
try:
    search.fit(np.zeros((4, 1)))
except KeyboardInterrupt:
    print(search.best_params_)
"""


def time_of_interrupt(n_jobs: int, limit: str) -> None:
    """Print how long it takes from Ctrl-C until the process is gone."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED, folder, str(n_jobs), limit],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        while len(os.listdir(folder)) < n_jobs:
            time.sleep(0.05)
        start = time.perf_counter()
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate()
    seconds = time.perf_counter() - start
    print(f"n_jobs={n_jobs}, {limit}: {seconds:.2f} s, kept {output.strip()}")


def main() -> None:
    """Read the arguments and print what they ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell", nargs=2, metavar=("FAULT", "COLUMN"), help="run one search here")
    parser.add_argument("--hang", action="store_true", help="time of a hang under fit_timeout=2")
    parser.add_argument("--interrupt", action="store_true", help="time that Ctrl-C takes")
    parser.add_argument("--columns", nargs="*", default=[], help="only those that begin so")
    parser.add_argument("--faults", nargs="*", default=[], help="only these rows")
    options = parser.parse_args()
    if options.cell:
        run_cell(*options.cell)
    elif options.hang:
        for n_jobs in (1, 2):
            time_of_hang(n_jobs)
    elif options.interrupt:
        for n_jobs in (1, 2):
            for limit in ("no limit", "a limit"):
                time_of_interrupt(n_jobs, limit)
    else:
        begins = tuple(options.columns) or ("",)
        installed = [c for c in COLUMNS if importlib.util.find_spec(COLUMNS[c][2])]
        faults = options.faults or [*FAULTS, *SCORES]
        table(faults, [c for c in installed if c.startswith(begins)])


if __name__ == "__main__":
    main()
