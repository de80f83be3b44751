"""What runs are judged by: score, rank, and how sure one can be of their means.

Arrays of results have the shape (problems, seeds).
"""

import numpy as np
from scipy.stats import rankdata

WORST_SCORE = -1.0
N_RESAMPLES = 2000


def score(loss: np.ndarray, random: float, best: float) -> np.ndarray:
    """Return (random - loss) / (random - best), cut off below at -1.

    0 is the median of random search with the same budget, 1 the best that is known. Where random
    search has found the best, what does as well has 1, all else -1.
    """
    loss = np.asarray(loss, dtype=float)
    if random <= best:
        return np.where(loss <= best, 1.0, WORST_SCORE)
    return np.maximum((random - loss) / (random - best), WORST_SCORE)


def mean_ranks(losses: np.ndarray) -> np.ndarray:
    """Return the mean rank of each method, 1 the best; shape (methods, problems, seeds) in."""
    return rankdata(losses, axis=0).reshape(len(losses), -1).mean(axis=1)


def resampled_means(values: np.ndarray, seed: int = 0, n: int = N_RESAMPLES) -> np.ndarray:
    """Return means of bootstrap samples: of problems, then of the seeds of each."""
    rng, (n_problems, n_seeds) = np.random.default_rng(seed), values.shape
    rows = rng.integers(n_problems, size=(n, n_problems, 1))
    columns = rng.integers(n_seeds, size=(n, n_problems, n_seeds))
    return values[rows, columns].mean(axis=(1, 2))


def interval(values: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bootstrap interval of the mean of (problems, seeds)."""
    low, high = np.quantile(resampled_means(values), [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def evaluations_to_reach(curve: np.ndarray, target: float) -> float:
    """Return after how many evaluations a best-so-far is no worse than a target; else inf."""
    reached = np.flatnonzero(np.asarray(curve) <= target)
    return float(reached[0] + 1) if len(reached) else np.inf
