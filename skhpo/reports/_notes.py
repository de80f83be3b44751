"""What a reader of the best score should know: a function a note, None where it does not apply."""

from collections.abc import Callable

import numpy as np

from skhpo.reports._html import Html, tag
from skhpo.reports._source import Source
from skhpo.results.bias_correction import bias_corrected_score
from skhpo.results.convergence import convergence


def notes(source: Source) -> Html:
    """Return the notes as a list.

    Parameters
    ----------
    source : Source
        What the report is about.

    Returns
    -------
    Html
        Nothing before a candidate is complete.
    """
    if source.record is None or source.record.best is None:
        return Html("")
    found = [note(source) for note in NOTES]
    return tag("ul", *(tag("li", text) for text in found if text is not None))


def _optimism(source: Source) -> str | None:
    record = source.known_record
    n = int(record.comparable.sum())
    return (
        f"The best score is the best of {n} means on the very splits that chose it, so it is "
        "optimistic: expect less on new data. Rows that were held out, or nested "
        "cross-validation, give an honest score."
    )


def _held_out(source: Source) -> str | None:
    score = getattr(source.search, "final_score_", None)
    if score is None:
        return None
    values = score if isinstance(score, dict) else {"": score}
    text = ", ".join(f"{name} {value:.5g}".strip() for name, value in values.items())
    n = len(source.search.final_holdout_indices_)
    return f"On {n} rows that the search has never seen the model scores {text}."


def _corrected(source: Source) -> str | None:
    """Return the correction that needs the scores of the splits alone."""
    if source.search is None:
        return None
    try:
        found = bias_corrected_score(source.search, method="tt")
    except ValueError:  # such as: a single split
        return None
    return (
        f"Corrected for its having been chosen (Tibshirani and Tibshirani): {found.score:.5g}, "
        f"{100 * found.level:g} % interval {found.low:.4g} to {found.high:.4g}."
    )


def _ensemble(source: Source) -> str | None:
    ensemble = getattr(source.search, "ensemble_", None)
    if ensemble is None:
        return None
    scores = np.asarray(ensemble.split_scores)
    return (
        f"The model is an ensemble of {len(ensemble.members)} candidates ({ensemble.method}), "
        f"with a score of {scores.mean():.5g} on splits that did not choose it; the best single "
        f"candidate has {np.mean(ensemble.alone_scores):.5g} in the same way."
    )


def _dropped(source: Source) -> str | None:
    record = source.known_record
    n = int(np.sum(record.status == "dropped"))
    if not n:
        return None
    return (
        f"{n} candidates were dropped before all their splits were done: they had lost, or the "
        "search ended."
    )


def _convergence(source: Source) -> str | None:
    if source.search is None or source.record is None or source.record.comparable.sum() < 10:
        return None
    try:
        result = convergence(source.search, metric=source.record.metric)
    except ValueError:
        return None
    last = result.curve.iloc[-1]
    return (
        f"As many candidates again may be expected to raise the best score by {result.gain:.2g} "
        f"({100 * result.level:g} % interval of it: {last['low']:.4g} to {last['high']:.4g})."
    )


def _damaged(source: Source) -> str | None:
    n = source.n_damaged
    return f"{n} damaged lines of the journal were passed over." if n else None


NOTES: tuple[Callable[[Source], str | None], ...] = (
    _optimism,
    _corrected,
    _held_out,
    _ensemble,
    _convergence,
    _dropped,
    _damaged,
)
