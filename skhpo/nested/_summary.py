"""What nested cross-validation came to, in words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


from skhpo.nested._scoring import is_search
from skhpo.nested._study import Study, names_of
from skhpo.statistics import Interval


def summary(study: Study, scores: "pd.DataFrame", interval: Interval | None) -> str:
    """Return some lines.

    Parameters
    ----------
    study : Study
        What there is.
    scores : DataFrame
        A row a fold.
    interval : Interval or None
        Of the first metric; None where there is none.

    Returns
    -------
    str
        Without an end of line at the end.
    """
    parts = [_title(study), *_outer(study, scores, interval)]
    if study.own is not None:
        parts += _inner(study, scores)
    parts += _cost(study)
    return "\n".join([*parts, *_advice(study)])


def _title(study: Study) -> str:
    repeats = "" if study.n_repeats == 1 else f" ({study.n_repeats} repeats of {study.n_folds})"
    return (
        f"Nested cross-validation of {type(study.search).__name__}: {len(study.folds)} outer "
        f"folds{repeats} of {study.n_rows} rows"
    )


def _outer(study: Study, scores: "pd.DataFrame", interval: Interval | None) -> list[str]:
    lines = [_line(f"outer {name}", f"{_mean(scores, name):.4g}") for name in study.metrics]
    if interval is not None:
        ends = f"{interval.low:.4g} to {interval.high:.4g}"
        lines[0] += f", {100 * interval.level:g} % interval {ends} ({interval.method})"
    if study.failed:
        cause = _last_line(study.records[study.failed[0].number].error or "")
        text = f"{names_of(study.failed)}: not in these means; the first: {cause}"
        lines.append(_line("failed", text))
    return lines


def _last_line(cause: str) -> str:
    """Return what a traceback ends with; anything else as it is."""
    return cause.strip().splitlines()[-1].strip() if "Traceback" in cause else cause


def _mean(scores: "pd.DataFrame", name: str) -> float:
    finished = scores[scores["n_fits"] > 0]
    return float(finished[f"outer_{name}"].mean())


def _inner(study: Study, scores: "pd.DataFrame") -> list[str]:
    finished = scores[scores["n_fits"] > 0]
    optimism = finished["optimism"]
    of = "" if study.own in (study.metric, None) else f" {study.own}"
    return [
        _line(f"inner best{of}", f"{finished['inner_best'].mean():.4g}"),
        _line("optimism", f"{optimism.mean():.4g} (from {optimism.min():.4g} to "
              f"{optimism.max():.4g} by fold)"),
    ]  # fmt: skip


def _cost(study: Study) -> list[str]:
    records: Any = study.records.values()
    fits = sum(record.n_fits for record in records)
    busy = sum(record.fit_time + record.score_time for record in records if not record.error)
    return [
        _line("cost", f"{fits} fits, {busy:.1f} s of one worker, {study.seconds:.1f} s in all")
    ]


def _advice(study: Study) -> list[str]:
    what = "search" if is_search(study.search) else "estimator"
    return [
        f"The score is that of the procedure, on {_share(study):.0f} % of the rows. The final "
        f"model is the {what} fitted on all rows.",
    ]


def _share(study: Study) -> float:
    return 100 * sum(len(fold.train) for fold in study.folds) / len(study.folds) / study.n_rows


def _line(name: str, text: str) -> str:
    return f"  {name:<18} {text}"
