"""What a search shows of itself while it runs, and what it tells Python's logging.

One object watches the loop. It shows a live line in a terminal or a notebook, and lines elsewhere;
what it shows is kept apart from where. Nothing that goes wrong with the output ends a search.
"""

import logging
import math
import re
import reprlib
import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from skhpo.engine import Engine
from skhpo.results._table import extra_columns, mean_score
from skhpo.trial import Trial

REDRAW_SECONDS = 0.2  # between two drawings of the live line
LINE_SECONDS = 10.0  # between two lines of a log
SILENCE_SECONDS = 300.0  # after which a log gets a line though little was done
DROPPED_FIRST = ("fits", "running", "failed", "elapsed", "left", "best")  # on a narrow terminal
NUMBER = re.compile(r"0x[0-9a-f]+|[-+]?\d[\d.]*(?:e[-+]?\d+)?")

logger = logging.getLogger("skhpo")
logger.addHandler(logging.NullHandler())  # nothing is printed unless the user asks for it


# -- where it goes -------------------------------------------------------------------------------


class _Stream:
    """A text stream whose end is not the end of the search."""

    def __init__(self, stream: Any = None) -> None:
        self._given = stream
        self._is_broken = False

    def is_terminal(self) -> bool:
        try:
            return bool(self._stream.isatty())
        except (AttributeError, OSError, ValueError):  # no stream, or a closed one
            return False

    def write(self, text: str) -> None:
        if self._stream is None or self._is_broken:
            return
        try:
            self._stream.write(_encodable(text, getattr(self._stream, "encoding", None)))
            self._stream.flush()
        except (OSError, ValueError):  # the reader is gone, or the stream is closed
            self._is_broken = True

    @property
    def _stream(self) -> Any:
        return sys.stdout if self._given is None else self._given


class _View(Protocol):
    """Where the state of the search is shown."""

    def is_due(self, seconds: float, share: float) -> bool:
        """Whether to show it, so long after the start and with such a share of it done."""
        ...

    def show(self, parts: dict[str, str]) -> None:
        """Show the state."""
        ...

    def close(self, text: str) -> None:
        """Show the last line."""
        ...


class _Lines:
    """Lines for a log: one a tenth of the search, at least 10 s apart, or one in 5 minutes."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._seconds = 0.0
        self._tenth = 0

    def is_due(self, seconds: float, share: float) -> bool:
        since = seconds - self._seconds
        if since < LINE_SECONDS or (int(10 * share) <= self._tenth and since < SILENCE_SECONDS):
            return False
        self._seconds, self._tenth = seconds, int(10 * share)
        return True

    def show(self, parts: dict[str, str]) -> None:
        self.close(", ".join(parts.values()))

    def close(self, text: str) -> None:
        self._stream.write(text + "\n")


class _Terminal:
    """One line that is drawn again and again.

    The cursor waits at its beginning, so that what others print starts in the first column.
    """

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._next = -math.inf
        self._length = 0

    def is_due(self, seconds: float, share: float) -> bool:
        if seconds < self._next:
            return False
        self._next = seconds + REDRAW_SECONDS
        return True

    def show(self, parts: dict[str, str]) -> None:
        width = shutil.get_terminal_size().columns - 1  # a full line would wrap
        text = _fit(parts, width)
        self._stream.write("\r" + text.ljust(min(self._length, width)) + "\r")
        self._length = len(text)

    def close(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._length) + "\n")


class _Notebook(_Terminal):
    """One output of a cell that is updated: nothing piles up in the notebook's file."""

    def __init__(self, stream: _Stream) -> None:
        super().__init__(stream)
        self._handle: Any = None

    def show(self, parts: dict[str, str]) -> None:
        self.close(", ".join(parts.values()))

    def close(self, text: str) -> None:
        data = {"text/plain": text}
        if self._handle is None:
            display = import_module("IPython.display").display
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _choose_view(stream: _Stream, verbose: int, is_stdout: bool) -> _View:
    """Return a live line only where nobody else, the tasks included, is expected to print."""
    if verbose == 1 and is_stdout and _is_notebook():
        return _Notebook(stream)
    return _Terminal(stream) if verbose == 1 and stream.is_terminal() else _Lines(stream)


def _is_notebook() -> bool:
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython is not None and getattr(get_ipython(), "kernel", None) is not None


# -- what it says --------------------------------------------------------------------------------


class _Tally:
    """Totals over the finished trials."""

    def __init__(self, metric: str | None) -> None:
        self.metric = metric
        self.n_failed = 0
        self.best = math.nan
        self.best_number = -1
        self._n_fits = 0
        self._n_seen = 0
        self._open: list[Trial] = []
        self._unscored: list[Trial] = []

    def add(self, trial: Trial) -> None:
        """Count a finished trial; its score waits until somebody wants to know the best."""
        if trial.has_failed:
            self.n_failed += 1
        else:
            self._unscored.append(trial)

    def count_fits(self, engine: Engine) -> int:
        """Return how many fits are done, without a look at what is finished for long."""
        still = [*self._open, *engine.trials[self._n_seen :]]
        self._n_seen = len(engine.trials)
        self._open = [trial for trial in still if not trial.is_finished]
        self._n_fits += sum(len(trial.outcomes) for trial in still if trial.is_finished)
        return self._n_fits + sum(len(trial.outcomes) for trial in self._open)

    def best_text(self) -> str:
        """Return the best score so far in words."""
        for trial in self._unscored:
            mean, _ = mean_score(trial, self.metric)
            if math.isfinite(mean) and not mean <= self.best:
                self.best, self.best_number = mean, trial.candidate.number
        self._unscored.clear()
        name = self.metric or "score"
        return f"best {name} {self.best:.4g}" if self.best_number >= 0 else f"no {name} yet"


class ProgressDisplay:
    """Shows how far a search is, and logs it.

    In a terminal or a notebook ``verbose=1`` shows one live line, drawn at most five times a
    second. Elsewhere, and with ``verbose=2`` or more, it writes a line whenever a further tenth
    of the candidates, or of the time, is done, at least 10 s apart, and at least every five
    minutes; with ``verbose=2`` or more also a line per finished candidate. Drawn only when the
    loop reports something: there is no thread.

    The logger ``"skhpo"`` gets each finished candidate and the end (INFO), each distinct cause
    of a failure once (WARNING) and the traceback of every failure (DEBUG), whatever ``verbose``.

    Parameters
    ----------
    verbose : int
        0 shows nothing, 1 a live line, 2 and more a line per candidate.
    n_iter : int
        Candidates at the most.
    n_splits : int
        Fits of a candidate.
    metric : str or None
        Which score decides, where there are several; None takes the first.
    stream : text stream or None, default=None
        Where to write; None takes ``sys.stdout`` as it is at the time of writing.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from skhpo.search._progress import ProgressDisplay
    >>> time = SimpleNamespace(seconds=60.0, elapsed=lambda: 1.5)
    >>> engine = SimpleNamespace(trials=[], finished=[], n_running=1, ended="", time=time)
    >>> display = ProgressDisplay(verbose=2, n_iter=10, n_splits=5, metric=None)
    >>> display(engine)
    >>> engine.ended = "interrupted"
    >>> display.finish(engine)
    Search ended (interrupted): 0/10 candidates, 0/50 fits, no score yet, 0 failed, 1.5 s
    """

    def __init__(
        self, verbose: int, n_iter: int, n_splits: int, metric: str | None, stream: Any = None
    ) -> None:
        self.verbose = int(verbose)
        self.n_iter = n_iter
        self.n_splits = n_splits
        self._stream = _Stream(stream)
        self._is_stdout = stream is None
        self._view: _View | None = None
        self._tally = _Tally(metric)
        self._n_read = 0
        self._n_before = 0
        self._start = 0.0
        self._causes: set[str] = set()

    def __call__(self, engine: Engine) -> None:
        """Report what is new, and draw if it is time to.

        Parameters
        ----------
        engine : Engine
            The loop, after an event.
        """
        view = self._view or self._begin(engine)
        self._read(engine)
        if self.verbose <= 0:
            return
        elapsed, limit = engine.time.elapsed(), engine.time.seconds
        share = max(self._n_read / self.n_iter, elapsed / limit if limit else 0.0)
        if view.is_due(elapsed, share):
            view.show(self._state(engine))

    def finish(self, engine: Engine) -> None:
        """Say why the search ended, and the totals.

        Parameters
        ----------
        engine : Engine
            The loop, after its end; one that did not say why was ended by an error.
        """
        view = self._view or self._begin(engine)
        self._read(engine)
        if self.verbose <= 0 and not logger.isEnabledFor(logging.INFO):
            return
        state = self._state(engine)
        if self._tally.best_number >= 0:
            state["best"] += f" of candidate {self._tally.best_number}"
        totals = ", ".join(state[key] for key in ("done", "fits", "best", "failed", "elapsed"))
        text = f"Search ended ({engine.ended or 'an error'}): {totals}"
        logger.info("%s", text)
        if self.verbose > 0:
            view.close(text)

    def _begin(self, engine: Engine) -> _View:
        """Choose the view; what is finished already was not run by this loop."""
        self._view = _choose_view(self._stream, self.verbose, self._is_stdout)
        self._start = engine.time.elapsed()
        self._n_read = self._n_before = len(engine.finished)
        for trial in engine.finished:
            self._tally.add(trial)
        if self._n_before:
            text = f"Continuing after {self._n_before} finished candidates"
            logger.info("%s", text)
            if self.verbose > 0:
                self._stream.write(text + "\n")
        return self._view

    def _read(self, engine: Engine) -> None:
        while self._n_read < len(engine.finished):
            trial = engine.finished[self._n_read]
            self._n_read += 1
            self._tally.add(trial)
            if trial.has_failed:
                self._warn(trial)
            if self.verbose > 1 or logger.isEnabledFor(logging.INFO):
                text = _describe(trial, self._tally.metric)
                logger.info("%s", text)
                if self.verbose > 1:
                    self._stream.write(f"[{self._n_read}/{self.n_iter}] {text}\n")

    def _warn(self, trial: Trial) -> None:
        """Log a cause that is new; messages that differ in numbers only are one cause."""
        failure, error = _failure(trial)
        logger.debug("candidate %d: %s\n%s", trial.candidate.number, failure, error)
        kind = NUMBER.sub("#", failure)
        if kind not in self._causes:
            self._causes.add(kind)
            logger.warning("candidate %d: %s", trial.candidate.number, failure)

    def _state(self, engine: Engine) -> dict[str, str]:
        n_fits = self._tally.count_fits(engine)
        parts = {
            "done": f"{self._n_read}/{self.n_iter} candidates",
            "fits": f"{n_fits}/{self.n_iter * self.n_splits} fits",
            "best": self._tally.best_text(),
            "running": f"{engine.n_running} running",
            "failed": f"{self._tally.n_failed} failed",
            "elapsed": _duration(engine.time.elapsed()),
        }
        left = self._seconds_left(engine)
        return parts | ({"left": f"{_duration(left)} left"} if math.isfinite(left) else {})

    def _seconds_left(self, engine: Engine) -> float:
        """Estimate it from the wall time per candidate of this loop, within ``max_time``."""
        elapsed, limit = engine.time.elapsed(), engine.time.seconds
        n_done = self._n_read - self._n_before
        n_left = (len(engine.trials) if engine.ended else self.n_iter) - self._n_read
        left = n_left * (elapsed - self._start) / n_done if n_done else math.inf
        return max(0.0, left if limit is None else min(left, limit - elapsed))


# -- words ---------------------------------------------------------------------------------------


class _ShortRepr(reprlib.Repr):
    """Short texts of parameter values."""

    def repr_float(self, value: float, level: int) -> str:
        return f"{value:.6g}"


_SHORT = _ShortRepr()


def _describe(trial: Trial, metric: str | None) -> str:
    """Return a finished candidate in a line: number, score or failure, seconds, parameters."""
    seconds = sum(o.fit_time + o.score_time for o in trial.outcomes.values())
    came_of_it = _failure(trial)[0] if trial.has_failed else _score_text(trial, metric)
    text = f"candidate {trial.candidate.number}: {came_of_it}, {_duration(seconds)}"
    params = _shorten_params(trial.candidate.params)
    return f"{text}; {params}" if params else text


def _score_text(trial: Trial, metric: str | None) -> str:
    """Return the mean and the standard deviation as they stand in ``cv_results_``."""
    mean, stderr = mean_score(trial, metric)
    spread = stderr * math.sqrt(len(trial.outcomes) - 1)
    return f"{metric or 'score'} {mean:.4g}" + (
        f" ± {spread:.2g}" if math.isfinite(spread) else ""
    )


def _failure(trial: Trial) -> tuple[str, str]:
    """Return status and cause of a failed trial in a line, and its whole error."""
    columns = extra_columns([trial])
    status, error = str(columns["status"][0]), (columns["error"][0] or "").strip()
    cause = _shorten(error.rpartition("\n")[2], 100)
    return (f"{status} ({cause})" if cause else status), error


def _shorten_params(params: Mapping[str, Any]) -> str:
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in params.items()}
    return _shorten(", ".join(f"{k}={_SHORT.repr(v)}" for k, v in plain.items()), 120)


def _shorten(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 3] + "..."


def _fit(parts: dict[str, str], width: int) -> str:
    """Join the parts, without those that matter least if there is no room."""
    kept = dict(parts)
    for name in DROPPED_FIRST:
        if len(", ".join(kept.values())) <= width:
            break
        kept.pop(name, None)
    return ", ".join(kept.values())[: max(0, width)]


def _duration(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def _encodable(text: str, encoding: str | None) -> str:
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("±", "+/-").encode(encoding, "replace").decode(encoding)
    return text
