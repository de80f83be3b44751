"""What reusing the fitted prefix of a pipeline saves, and what it costs where nothing is shared.

``python benchmarks/prefix_cache.py`` prints two tables of CPU seconds (``n_jobs=1``, three folds).
The first has the same random search without and with the cache, in turns: text pipelines whose
settings repeat, tables of mixed columns, and settings that never repeat. It stops with an error
if a score differs in a single bit. The second resolves what the noise of whole searches hides:
each task of a search that shares nothing runs twice without and once with the cache, one right
after the other, and the median of the ratios is printed, that of the two without it as the noise.
Only as many candidates run as are kept at first sight, which is when the cache costs most.

Set ``OMP_NUM_THREADS=1``, or the threads of the BLAS blur it.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import loguniform, randint, uniform
from sklearn.compose import make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectPercentile
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import ParameterSampler, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skhpo import RandomSearchCV
from skhpo.evaluation import Job, _prefix_cache, run_task

KEPT_AT_FIRST_SIGHT = 8  # candidates


@dataclass(frozen=True)
class Case:
    name: str
    data: Callable[[int], tuple[Any, Any]]
    estimator: Any
    space: dict[str, Any]


def text(n_samples: int) -> tuple[list[str], np.ndarray]:
    """Return documents of about 150 words, Zipf's law over 50,000, and two topics."""
    random = np.random.default_rng(0)
    y = random.integers(2, size=n_samples)
    words = np.array([f"{chr(97 + i % 26)}word{i}" for i in range(50_000)])
    documents = []
    for topic, length in zip(y, random.poisson(150, n_samples), strict=True):
        ranks = random.zipf(1.25, length) % 50_000
        moved = random.random(length) < 0.1
        ranks[moved] = (ranks[moved] * (7 if topic else 11)) % 50_000
        documents.append(" ".join(words[ranks]))
    return documents, y


def table(n_samples: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return 20 columns of numbers, some missing, and 5 of categories."""
    random = np.random.default_rng(0)
    numbers = random.normal(size=(n_samples, 20))
    y = (numbers[:, :5].sum(axis=1) + random.normal(size=n_samples) > 0).astype(int)
    numbers[random.random(numbers.shape) < 0.05] = np.nan
    frame = pd.DataFrame(numbers, columns=[f"x{i}" for i in range(20)])
    for i in range(5):
        frame[f"c{i}"] = random.choice([f"level{j}" for j in range(5 + 10 * i)], n_samples)
    return frame, y


def dense(n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    X = random.normal(size=(n_samples, 50))
    return X, (X[:, 0] + random.normal(size=n_samples) > 0).astype(int)


def tabular(model: Any) -> Pipeline:
    names = [f"x{i}" for i in range(20)], [f"c{i}" for i in range(5)]
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = make_column_transformer((numbers, names[0]), (OneHotEncoder(), names[1]))
    return Pipeline([("columns", columns), ("model", model)])


def cases() -> list[Case]:
    sgd = SGDClassifier(random_state=0)
    logistic = LogisticRegression(max_iter=50)
    sgd_text = Pipeline([("tfidf", TfidfVectorizer(min_df=2)), ("model", sgd)])
    logistic_text = Pipeline([("tfidf", TfidfVectorizer(min_df=2)), ("model", logistic)])
    alpha, c = {"model__alpha": loguniform(1e-6, 1e-2)}, {"model__C": loguniform(1e-2, 1e1)}
    two = {"tfidf__sublinear_tf": [False, True]}
    three = {"tfidf__max_df": [0.2, 0.5, 1.0]}
    bigrams = {"tfidf__ngram_range": [(1, 1), (1, 2)]}
    never = {"tfidf__max_features": randint(5_000, 50_000)}
    imputers = {"columns__pipeline__simpleimputer__strategy": ["mean", "median"]}
    width = {"select__percentile": uniform(10, 80)}
    select = ("select", SelectPercentile())
    one_step = Pipeline([select, ("model", sgd)])
    two_steps = Pipeline([("scale", StandardScaler()), select, ("model", sgd)])
    tiny_step = Pipeline([select, ("model", LogisticRegression())])
    return [
        Case("text, 2 TF-IDF settings, SGD", text, sgd_text, two | alpha),
        Case("text, 3 TF-IDF settings, logistic", text, logistic_text, three | c),
        Case("text, bigrams or not, SGD", text, sgd_text, bigrams | alpha),
        Case("table, 2 imputers, logistic", table, tabular(logistic), imputers | c),
        Case("table, no choice before SGD", table, tabular(sgd), alpha),
        Case("scaler shared, selection not", dense, two_steps, width | alpha),
        Case("nothing shared: text", text, sgd_text, never | alpha),
        Case("nothing shared: selection", dense, one_step, width | alpha),
        Case("nothing shared: 150 rows", lambda _: dense(150), tiny_step, width | c),
    ]


def search_cost(case: Case, data: tuple[Any, Any], n_iter: int, seed: int, *, on: bool) -> Any:
    """Return CPU seconds and the scores."""
    _prefix_cache.ENABLED = on
    search = RandomSearchCV(
        case.estimator, case.space, n_iter=n_iter, cv=3, random_state=seed, refit=False
    )
    start = time.process_time()
    search.fit(*data)
    return time.process_time() - start, search.cv_results_["mean_test_score"]


def compare(case: Case, n_samples: int, n_iter: int, repeats: int) -> np.ndarray:
    """Return the medians of CPU seconds without and with the cache, and of their ratios."""
    data = case.data(n_samples)
    rows = []
    for seed in range(repeats):
        order = (False, True) if seed % 2 else (True, False)
        runs = {on: search_cost(case, data, n_iter, seed, on=on) for on in order}
        if not np.array_equal(runs[False][1], runs[True][1], equal_nan=True):
            raise RuntimeError(f"{case.name}: the scores differ")
        rows.append((runs[False][0], runs[True][0], runs[False][0] / runs[True][0]))
    return np.median(rows, axis=0)


def overhead(case: Case, n_samples: int, repeats: int) -> tuple[float, float, float]:
    """Return median CPU seconds of a task, and the shares added by the cache and by chance."""
    X, y = case.data(n_samples)
    splits = list(StratifiedKFold(3).split(np.zeros(len(y)), y))
    times: dict[str, list[float]] = {"without": [], "with": [], "again": []}
    for seed in range(repeats):
        job = Job(case.estimator, X, y, splits, check_scoring(case.estimator))
        sampler = ParameterSampler(case.space, KEPT_AT_FIRST_SIGHT, random_state=seed)
        for (number, params), split in product(enumerate(sampler), range(len(splits))):
            for mode in np.random.default_rng([seed, number, split]).permutation(list(times)):
                _prefix_cache.ENABLED = mode == "with"
                start = time.process_time()
                run_task(job, number, params, split)
                times[mode].append(time.process_time() - start)
    without = np.array(times["without"])
    added = [float(np.median(times[mode] / without)) - 1 for mode in ("with", "again")]
    return float(np.median(without)), added[0], added[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--candidates", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--task-repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    chosen = [case for case in cases() if arguments.only in case.name]
    if arguments.repeats:
        print(f"{'whole searches':<34} {'s without':>10} {'s with':>10} {'times less':>11}")
    for case in chosen if arguments.repeats else ():
        row = compare(case, arguments.samples, arguments.candidates, arguments.repeats)
        print(f"{case.name:<34} {row[0]:>10.2f} {row[1]:>10.2f} {row[2]:>11.2f}", flush=True)
    print(f"\n{'task by task':<34} {'ms without':>10} {'overhead':>10} {'noise':>11}")
    for case in chosen if arguments.task_repeats else ():
        if case.name.startswith("nothing shared"):
            seconds, added, noise = overhead(case, arguments.samples, arguments.task_repeats)
            print(
                f"{case.name:<34} {1e3 * seconds:>10.2f} {added:>10.2%} {noise:>11.2%}", flush=True
            )


if __name__ == "__main__":
    main()
