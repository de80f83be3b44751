"""Plots of nested cross-validation; matplotlib is loaded when one is drawn."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def plot_scores(scores: "pd.DataFrame", metric: str, own: str | None, ax: Any) -> Any:
    """Draw the outer score of each fold, and the inner best where it is of the same metric."""
    ax = ax or _new_axes()
    at = np.arange(len(scores))
    outer = scores[f"outer_{metric}"]
    if metric == own:
        inner = scores["inner_best"]
        ax.vlines(at, outer, inner, color="0.8", zorder=1)
        ax.scatter(at, inner, marker="^", color="C1", label="inner best")
        ax.axhline(inner.mean(), color="C1", linestyle=":", linewidth=1)
    ax.scatter(at, outer, color="C0", label="outer", zorder=2)
    ax.axhline(outer.mean(), color="C0", linestyle=":", linewidth=1)
    ax.set(xlabel="outer fold", ylabel=metric)
    _name_folds(ax, scores)
    ax.legend()
    return ax


def plot_optimism(scores: "pd.DataFrame", ax: Any) -> Any:
    """Draw by how much the inner best was too good, fold by fold."""
    ax = ax or _new_axes()
    optimism = scores["optimism"]
    ax.bar(np.arange(len(scores)), optimism, color=np.where(optimism > 0, "C1", "C0"))
    ax.axhline(0.0, color="0.3", linewidth=1)
    ax.axhline(optimism.mean(), color="0.3", linestyle=":", label=f"mean {optimism.mean():.3g}")
    ax.set(xlabel="outer fold", ylabel="inner best - outer score")
    _name_folds(ax, scores)
    ax.legend()
    return ax


def plot_params(params: "pd.DataFrame", stability: "pd.DataFrame", ax: Any) -> Any:
    """Draw what each fold chose: a line a parameter, from its least to its greatest value."""
    ax = ax or _new_axes()
    names = list(params)
    scales = stability["scale"].to_dict()
    for line, name in enumerate(names):
        _draw_values(ax, line, params[name].dropna(), scales[name])
    ax.set_yticks(range(len(names)), names)
    ax.set(xlim=(-0.1, 1.1), ylim=(len(names) - 0.4, -0.6), xlabel="chosen, least to greatest")
    ax.set_xticks([])
    return ax


def _draw_values(ax: Any, line: int, values: Any, scale: str) -> None:
    """Draw a point for each different value, as large as it was frequent, and name some."""
    counts = values.value_counts()
    chosen = list(counts.index) if scale == "categories" else sorted(counts.index)
    if scale == "categories":
        at = np.arange(len(chosen), dtype=float)
    else:
        at = np.array(chosen, dtype=float)
        at = np.log(at) if scale == "log" and (at > 0).all() else at
    at = np.full(len(at), 0.5) if np.ptp(at) == 0 else (at - at.min()) / np.ptp(at)
    sizes = [30.0 * counts[value] for value in chosen]
    ax.scatter(at, np.full(len(at), line), s=sizes, alpha=0.6, color=f"C{line % 10}")
    named = range(len(chosen)) if scale == "categories" else {0, len(chosen) - 1}
    for i in named:
        text = chosen[i] if isinstance(chosen[i], str) else f"{chosen[i]:.3g}"
        ax.annotate(
            text[:20], (at[i], line), (0, 8), textcoords="offset points", ha="center", fontsize=8
        )


def _name_folds(ax: Any, scores: "pd.DataFrame") -> None:
    if len(scores) <= 20:
        names = [f"{r}.{f}" for r, f in zip(scores["repeat"], scores["fold"], strict=True)]
        names = names if scores["repeat"].max() else [str(f) for f in scores["fold"]]
        ax.set_xticks(range(len(names)), names)


def _new_axes() -> Any:
    import matplotlib.pyplot as plt

    return plt.subplots(layout="constrained")[1]
