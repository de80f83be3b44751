"""How often intervals hold what they say, and what corrections make of pure noise.

    python benchmarks/coverage.py            # all tables, some minutes on one core
    python benchmarks/coverage.py ridge noise

Ridge: n = 100 rows of p = 20 normal features, coefficients normal with variance 1 / p, noise of
variance 1; the penalty is chosen among 20 by 5-fold cross-validation. What an interval should hold
is the expected squared error of the model that is tuned and fitted on all rows, which has a closed
form.

Noise: features normal, labels from a fair coin, 100 candidates (neighbours 1 to 50, two metrics).
Whatever is chosen has an accuracy of 0.5.

Raced: the same noise and candidates by a search, with and without racing, which keeps no
predictions of the candidates that it drops.

Drift: the winner on one data set beside the winner on another, on 5 folds of the latter: noise and
ridge, where both are alike (an alarm is false), and ridge where the second has less noise.

Continued: searches of which the first half is shown to the forecast, and the second is compared
with it.
"""

import sys

import numpy as np
from _continued_runs import continued
from scipy import stats
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from skhpo import RandomSearchCV, bias_corrected_score, statistics

LEVEL = 0.9
N_ROWS, N_FEATURES, N_DATASETS = 100, 20, 200
PENALTIES = np.geomspace(1e-2, 1e3, 20)
N_NOISE_SEEDS, N_NEIGHBOURS = 50, 50


def fold_ids(n, n_folds, rng):
    return rng.permutation(np.arange(n) % n_folds)


def stratified_ids(y, n_folds, rng):
    ids = np.empty(len(y), dtype=int)
    start = 0
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        ids[rows] = (start + np.arange(len(rows))) % n_folds
        start += len(rows)
    return ids


# -- ridge ---------------------------------------------------------------------------------------


def ridge_path(X, y):
    """Return intercepts and coefficients for all penalties, shapes (L,) and (L, p)."""
    mean_x, mean_y = X.mean(axis=0), y.mean()
    values, vectors = np.linalg.eigh((X - mean_x).T @ (X - mean_x))
    rotated = vectors.T @ ((X - mean_x).T @ (y - mean_y))
    coefs = (rotated / (values + PENALTIES[:, None])) @ vectors.T
    return mean_y - coefs @ mean_x, coefs


def path_losses(X, y, train, test):
    """Return the squared errors on the test rows for all penalties, shape (n_test, L)."""
    intercepts, coefs = ridge_path(X[train], y[train])
    return (y[test][:, None] - X[test] @ coefs.T - intercepts) ** 2


def tune(X, y, rng):
    """Return intercept and coefficients of the penalty that 5-fold cross-validation chooses."""
    ids = fold_ids(len(y), 5, rng)
    losses = sum(path_losses(X, y, ids != k, ids == k).sum(axis=0) for k in range(5))
    intercepts, coefs = ridge_path(X, y)
    best = int(np.argmin(losses))
    return intercepts[best], coefs[best]


def tuned_losses(X, y, train, rng):
    """Return the squared errors on all rows of what is tuned on some."""
    intercept, coef = tune(X[train], y[train], rng)
    return (y - intercept - X @ coef) ** 2


def nested_losses(X, y, n_folds, rng):
    """Return the folds and the out-of-fold losses of tuning within each training set."""
    ids = fold_ids(len(y), n_folds, rng)
    losses = np.empty(len(y))
    for k in range(n_folds):
        losses[ids == k] = tuned_losses(X, y, ids != k, rng)[ids == k]
    return ids, losses


def bates_losses(X, y, n_folds, rng):
    """Return folds, outer losses and those of the models without two folds."""
    ids, outer = nested_losses(X, y, n_folds, rng)
    inner = np.full((len(y), n_folds), np.nan)
    for j in range(n_folds):
        for k in range(j):
            losses = tuned_losses(X, y, (ids != j) & (ids != k), rng)
            inner[ids == j, k], inner[ids == k, j] = losses[ids == j], losses[ids == k]
    return inner, outer, ids


def fold_means(ids, losses):
    return np.array([losses[ids == k].mean() for k in range(ids.max() + 1)])


def ridge_intervals(X, y, seed):
    """Return (low, high) by method."""
    rng = np.random.default_rng(seed)
    runs = [nested_losses(X, y, 10, rng) for _ in range(10)]
    one = fold_means(*runs[0])
    repeated = np.concatenate([fold_means(*run) for run in runs])
    losses = runs[0][1]
    ids = fold_ids(len(y), 10, rng)
    out_of_fold = np.empty((len(y), len(PENALTIES)))
    for k in range(10):
        out_of_fold[ids == k] = path_losses(X, y, ids != k, ids == k)
    five = [bates_losses(X, y, 5, rng) for _ in range(5)]
    z = stats.norm.ppf((1 + LEVEL) / 2) * losses.std(ddof=1) / np.sqrt(len(losses))
    t = {"level": LEVEL, "test_train_ratio": 0.0}
    corrected = {"level": LEVEL, "test_train_ratio": 1 / 9}
    bbc = statistics.bbc(-out_of_fold, level=LEVEL, random_state=seed)
    found = {
        "t of 10 x 10-fold scores, sd / sqrt(100)": statistics.corrected_t_interval(repeated, **t),
        "t of 10 folds, sd / sqrt(10)": statistics.corrected_t_interval(one, **t),
        "corrected t, 10 x 10-fold": statistics.corrected_t_interval(repeated, **corrected),
        "corrected t, one 10-fold": statistics.corrected_t_interval(one, **corrected),
        "Bates, 5 x 5-fold": statistics.bates_interval(
            *map(np.array, zip(*five, strict=True)), level=LEVEL
        ),
        "bootstrap of the rows of one 10-fold": statistics.bootstrap_interval(
            losses, level=LEVEL, n_resamples=1000, random_state=seed
        ),
    }
    pairs = {name: (interval.low, interval.high) for name, interval in found.items()}
    pairs["sd of the losses / sqrt(n), one 10-fold"] = (losses.mean() - z, losses.mean() + z)
    pairs["BBC, one 10-fold, no nesting"] = (-bbc.high, -bbc.low)
    return pairs


def ridge():
    held, widths = {}, {}
    for seed in range(N_DATASETS):
        rng = np.random.default_rng([seed, 1])
        X = rng.normal(size=(N_ROWS, N_FEATURES))
        beta = rng.normal(size=N_FEATURES) / np.sqrt(N_FEATURES)
        y = X @ beta + rng.normal(size=N_ROWS)
        intercept, coef = tune(X, y, rng)
        truth = 1.0 + intercept**2 + ((coef - beta) ** 2).sum()
        for name, (low, high) in ridge_intervals(X, y, seed).items():
            held.setdefault(name, []).append(low <= truth <= high)
            widths.setdefault(name, []).append(high - low)
    print(f"| interval, nominal {LEVEL:.0%} | coverage | mean width |\n|---|---|---|")
    for name in sorted(held, key=lambda name: np.mean(held[name])):
        share = np.mean(held[name])
        error = np.sqrt(share * (1 - share) / N_DATASETS)
        print(f"| {name} | {share:.3f} ± {error:.3f} | {np.mean(widths[name]):.2f} |")


# -- noise ---------------------------------------------------------------------------------------


def neighbour_hits(distances, y, train, test):
    """Return whether each test row is classified correctly, for all candidates."""
    hits = []
    for distance in distances:
        order = np.argsort(distance[np.ix_(test, train)], axis=1, kind="stable")[:, :N_NEIGHBOURS]
        votes = y[train][order].cumsum(axis=1) / np.arange(1, order.shape[1] + 1)
        hits.append((votes > 0.5) == y[test][:, None])
    return np.hstack(hits)


def cross_validate(distances, y, rows, rng):
    """Return out-of-fold hits and scores of the folds, for all candidates."""
    ids = stratified_ids(y[rows], 5, rng)
    hits = np.empty((len(rows), 2 * N_NEIGHBOURS))
    for k in range(5):
        hits[ids == k] = neighbour_hits(distances, y, rows[ids != k], rows[ids == k])
    scores = np.array([hits[ids == k].mean(axis=0) for k in range(5)])
    return hits, scores.T


def noise_run(seed):
    rng = np.random.default_rng([seed, 2])
    X, y = rng.normal(size=(100, 10)), rng.integers(0, 2, 100)
    gaps = X[:, None] - X
    distances = [(gaps**2).sum(axis=2), np.abs(gaps).sum(axis=2)]
    rows = np.arange(100)
    hits, scores = cross_validate(distances, y, rows, rng)
    outer, nested = stratified_ids(y, 5, rng), []
    for k in range(5):
        train, test = rows[outer != k], rows[outer == k]
        best = cross_validate(distances, y, train, rng)[1].mean(axis=1).argmax()
        nested.append(neighbour_hits(distances, y, train, test)[:, best].mean())
    interval = statistics.bbc(hits, random_state=seed)
    corrected = statistics.tibshirani(scores)
    return corrected.raw, np.mean(nested), interval.estimate, corrected.estimate, (
        interval.low <= 0.5 <= interval.high
    )  # fmt: skip


def noise():
    runs = np.array([noise_run(seed) for seed in range(N_NOISE_SEEDS)], dtype=float)
    means, errors = runs.mean(axis=0), runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
    print("| what is reported of noise | mean over seeds |\n|---|---|")
    names = ("score of the best candidate", "nested 5 x 5", "BBC", "Tibshirani")
    for name, mean, error in zip(names, means, errors, strict=False):
        print(f"| {name} | {mean:.3f} ± {error:.3f} |")
    print(f"The 95 % intervals of BBC hold 0.5 in {means[4]:.0%} of {len(runs)} runs.")


# -- noise and races -----------------------------------------------------------------------------


def raced_run(seed):
    rng = np.random.default_rng([seed, 2])
    X, y = rng.normal(size=(100, 10)), rng.integers(0, 2, 100)
    space = {"n_neighbors": list(range(1, N_NEIGHBOURS + 1)), "p": [1, 2]}
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    found = []
    for racing in (False, True, "aggressive"):
        search = RandomSearchCV(
            KNeighborsClassifier(), space, n_iter=100, cv=folds, racing=racing, random_state=seed,
            keep_predictions=True,
        ).fit(X, y)  # fmt: skip
        result = bias_corrected_score(search, y=y, random_state=seed)
        found += [search.best_score_, result.score, result.n_candidates,
                  result.low <= 0.5 <= result.high]  # fmt: skip
    return found


def raced():
    runs = np.array([raced_run(seed) for seed in range(N_NOISE_SEEDS)], dtype=float)
    means, errors = runs.mean(axis=0), runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
    print("| racing | candidates left | best score | corrected | interval holds 0.5 |")
    print("|---|---|---|---|---|")
    for i, name in enumerate(("none", "`racing=True`", '`racing="aggressive"`')):
        best, score, n, held = means[4 * i : 4 * i + 4]
        error = errors[4 * i : 4 * i + 2]
        print(
            f"| {name} | {n:.0f} | {best:.3f} ± {error[0]:.3f} | {score:.3f} ± {error[1]:.3f} | "
            f"{held:.2f} |"
        )


# -- old winners on new data ---------------------------------------------------------------------


def path_scores(X, y, n_folds, rng):
    ids = fold_ids(len(y), n_folds, rng)
    return -np.array(
        [path_losses(X, y, ids != k, ids == k).mean(axis=0) for k in range(n_folds)]
    ).T


def p_values(old, new):
    """Compare winners: the new one alone by the corrected t, and as the best of all."""
    differences = new - new[old.mean(axis=1).argmax()]
    ratio = {"test_train_ratio": 1 / (new.shape[1] - 1)}
    plain = statistics.corrected_t_test(differences[new.mean(axis=1).argmax()], **ratio)
    return plain.p_value, statistics.best_of_test(differences, n_draws=2000, **ratio).p_value


def ridge_drift(seed, noise):
    rng = np.random.default_rng([seed, 3])
    beta = rng.normal(size=N_FEATURES) / np.sqrt(N_FEATURES)
    scores = []
    for sd in (noise, 1.0):
        X = rng.normal(size=(N_ROWS, N_FEATURES))
        scores.append(path_scores(X, X @ beta + sd * rng.normal(size=N_ROWS), 5, rng))
    return p_values(*scores)


def noise_drift(seed):
    rng = np.random.default_rng([seed, 4])
    scores = []
    for _ in range(2):
        X, y = rng.normal(size=(100, 10)), rng.integers(0, 2, 100)
        gaps = X[:, None] - X
        distances = [(gaps**2).sum(axis=2), np.abs(gaps).sum(axis=2)]
        scores.append(cross_validate(distances, y, np.arange(100), rng)[1])
    return p_values(*scores)


def drift():
    rows = {
        "neighbours on noise, alike": noise_drift,
        "ridge, alike": lambda seed: ridge_drift(seed, 1.0),
        "ridge, a third of the noise": lambda seed: ridge_drift(seed, 3.0),
        "ridge, a tenth of the noise": lambda seed: ridge_drift(seed, 10.0),
    }
    print("| new data | corrected t of the best | best of all |\n|---|---|---|")
    for name, run in rows.items():
        runs = np.array([run(seed) for seed in range(N_DATASETS)])
        plain, among = (runs < 0.05).mean(axis=0)
        print(f"| {name} | {plain:.3f} | {among:.3f} |")


TABLES = {"ridge": ridge, "noise": noise, "raced": raced, "drift": drift, "continued": continued}

if __name__ == "__main__":
    for table in sys.argv[1:] or TABLES:
        print(f"\n{table}\n")
        TABLES[table]()
