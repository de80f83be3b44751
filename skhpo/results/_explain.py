"""What a search of pipelines came to, in words."""

import warnings
from collections import Counter
from typing import Any

import numpy as np

from skhpo.results._leaderboard import leaderboard, split_scores
from skhpo.results.importance_frame import parameter_importance
from skhpo.stopping import split_standard_error

MOST_LISTED = 5  # parameters, and models, that are named
LEAST_SHARE = 0.01  # of the variance, to be worth a word
MOST_FOR_IMPORTANCE = 400  # candidates up to which the forests take a few seconds


def explain(search: Any, metric: str) -> str:
    """Say what was tried, what won, by how much, and what mattered.

    Parameters
    ----------
    search : PipelineSearchCV
        After its fit.
    metric : str
        The name of the score in the columns of ``cv_results_``.

    Returns
    -------
    str
        Some lines.
    """
    best = getattr(search, "best_index_", -1)
    board = leaderboard(search.cv_results_, metric, search.n_splits_, best, None)
    name = metric if metric != "score" else _name_of(search)
    parts = [_what_was_tried(search, board), _what_won(search, board, name)]
    parts += [_by_how_much(search, board, metric), _what_is_in_it(search), _what_mattered(search)]
    return "\n".join(part for part in parts if part)


def _name_of(search: Any) -> str:
    if isinstance(search.scoring, str):
        return search.scoring
    if search.scoring is not None:
        return "score"
    return "R2" if getattr(search, "task_", "") == "regression" else "accuracy"


def _what_was_tried(search: Any, board: Any) -> str:
    counts = Counter(board["status"])
    words = {"ok": "complete", "dropped": "dropped when they had lost or time was over"}
    done = ", ".join(f"{n} {words.get(status, status)}" for status, n in counts.most_common())
    text = (
        f"Tried {len(board)} candidates of {board['model'].nunique()} models in "
        f"{search.search_time_:.1f} s ({done}), until {search.stop_reason_}."
    )
    if "n_rows" in board:
        amounts = Counter(board["n_rows"])
        some = ", ".join(f"{amounts[n]} with {n}" for n in sorted(amounts))
        text += f" Rows that they were given at the most: {some}."
    return text


def _what_won(search: Any, board: Any, name: str) -> str:
    won = board.iloc[0]
    error = "" if np.isnan(won["error"]) else f" ± {won['error']:.2g}"
    return (
        f"Best: {won['model']}, {name} {won['score']:.6g}{error} over {search.n_splits_} splits. "
        "It was chosen by this score, which is therefore a little optimistic."
    )


def _by_how_much(search: Any, board: Any, metric: str) -> str:
    """Compare the winner with the best of each other model, on the same splits."""
    won, ok = board.iloc[0], board[board["status"] == "ok"]
    if "n_rows" in ok:
        ok = ok[ok["n_rows"] == won["n_rows"]]
    others = ok[ok["model"] != won["model"]].drop_duplicates("model")
    if others.empty:
        return "No other model was complete on as many rows."
    scores = split_scores(search.cv_results_, metric, search.n_splits_)
    lines = []
    for row, other in others.head(MOST_LISTED).iterrows():
        difference = scores[won.name] - scores[row]
        error = split_standard_error(difference)
        is_clear = difference.mean() > 2 * error
        lines.append(
            f"  {other['model']} {other['score']:.6g}, {difference.mean():.2g} ± {error:.1g} less"
            + ("" if is_clear else " (which may be chance)")
        )
    return "\n".join(["Best of the other models:", *lines])


def _what_is_in_it(search: Any) -> str:
    ensemble: Any = getattr(search, "ensemble_", None)
    if ensemble is not None:
        weights = ", ".join(
            f"{100 * row['weight']:.0f} % {row['model']}" for _, row in ensemble.members.iterrows()
        )
        return (
            f"The fitted ensemble ({ensemble.method}: {weights}) scores {ensemble.score:.6g} on "
            f"splits that did not choose it, the best pipeline alone {ensemble.alone:.6g}."
        )
    best: Any = getattr(search, "best_estimator_", None)
    if not hasattr(best, "steps"):
        return ""
    steps = [
        f"{name}: {type(step).__name__}" for name, step in best.steps if step != "passthrough"
    ]
    return f"Its steps: {', '.join(steps)}."


def _what_mattered(search: Any) -> str:
    if len(search.cv_results_["params"]) > MOST_FOR_IMPORTANCE:
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of scores that are all equal
        try:
            table = parameter_importance(
                search, space=search.space_, n_interactions=0, n_trees=16, random_state=0
            )
        except ValueError:  # too few candidates to tell
            return ""
    table = table[table["importance"] >= LEAST_SHARE].head(MOST_LISTED)
    if table.empty:
        return ""
    shares = [f"{row['parameter']} {100 * row['importance']:.0f} %" for _, row in table.iterrows()]
    return f"What mattered (shares of the variance of the scores): {', '.join(shares)}."
