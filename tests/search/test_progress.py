"""What is shown of a search, with loops and streams that only look like ones."""

import io
import logging
import re
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from skhpo import Real, Space
from skhpo.engine import Engine
from skhpo.schedules import Full
from skhpo.search import _progress
from skhpo.search._progress import ProgressDisplay
from skhpo.strategies import RandomSampling
from skhpo.trial import Candidate, Outcome, Trial

# -- a loop and streams --------------------------------------------------------------------------


class Clock:
    """Stands for the loop's time budget."""

    def __init__(self, seconds=None):
        self.now = 0.0
        self.seconds = seconds

    def elapsed(self):
        return self.now


class Loop:
    """Stands for the engine; the test says what happens."""

    def __init__(self, seconds=None):
        self.trials, self.finished = [], []
        self.n_running, self.ended = 0, ""
        self.time = Clock(seconds)

    def open(self, **params):
        trial = Trial(Candidate(len(self.trials), np.zeros(len(params)), params))
        self.trials.append(trial)
        return trial

    def end_fit(self, trial, score=0.5, status="ok", error=None):
        split = len(trial.outcomes)
        trial.outcomes[split] = Outcome(
            trial.candidate.number, split, status, score, fit_time=1.5, score_time=0.5, error=error
        )

    def close(self, trial):
        trial.is_finished = True
        self.finished.append(trial)

    def run(self, *scores, status="ok", error=None, **params):
        trial = self.open(**params)
        for score in scores:
            self.end_fit(trial, score, status, error)
        self.close(trial)


class Terminal(io.StringIO):
    def isatty(self):
        return True

    @property
    def lines(self):
        """Return the lines as one sees them at the end: a return overwrites from the left."""
        return [overwrite(line) for line in self.getvalue().split("\n")]


def overwrite(line):
    seen = ""
    for text in line.split("\r"):
        seen = text + seen[len(text) :]
    return seen.rstrip()


class Broken(Terminal):
    """Its reader is gone, after so many writes."""

    def __init__(self, error, after=0):
        super().__init__()
        self.error, self.after, self.n_tried = error, after, 0

    def write(self, text):
        self.n_tried += 1
        if self.n_tried > self.after:
            raise self.error
        return super().write(text)


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


def show(loop, stream, verbose=1, n_iter=10, n_splits=2, metric=None):
    display = ProgressDisplay(verbose, n_iter, n_splits, metric, stream)
    display(loop)
    return display


# -- a terminal ----------------------------------------------------------------------------------


def test_live_line_from_begin_to_end():
    loop, stream = Loop(), Terminal()
    display = show(loop, stream)
    assert stream.lines == ["0/10 candidates, 0/20 fits, no score yet, 0 running, 0 failed, 0.0 s"]
    loop.run(0.8, 0.9)
    loop.end_fit(loop.open())
    loop.n_running, loop.time.now = 2, 8.0
    display(loop)
    assert stream.lines == [
        "1/10 candidates, 3/20 fits, best score 0.85, 2 running, 0 failed, 8.0 s, 1 min 12 s left"
    ]
    loop.ended = "interrupted"
    display.finish(loop)
    assert stream.lines == [
        "Search ended (interrupted): 1/10 candidates, 3/20 fits, best score 0.85 of candidate 0,"
        " 0 failed, 8.0 s",
        "",
    ]


def test_a_shorter_line_leaves_nothing_of_a_longer_one():
    loop, stream = Loop(), Terminal()
    display = show(loop, stream)
    for loop.n_running, loop.time.now in [(10_000, 1.0), (1, 2.0)]:
        display(loop)
    assert "10000 running, 0 failed, 1.0 s" in stream.getvalue()
    assert stream.lines == ["0/10 candidates, 0/20 fits, no score yet, 1 running, 0 failed, 2.0 s"]


def test_what_others_print_starts_in_the_first_column():
    stream = Terminal()
    show(Loop(), stream)
    stream.write("x" * 80 + "\n")
    assert stream.lines[0] == "x" * 80


def test_drawn_at_most_five_times_a_second():
    loop, stream = Loop(), Terminal()
    display = show(loop, stream, n_iter=10_000)
    for loop.time.now in np.arange(1, 1001) / 100:  # ten seconds, an event each 10 ms
        loop.run(0.5)
        display(loop)
    n_drawn = len(re.findall("candidates", stream.getvalue()))
    assert 45 <= n_drawn <= 51


def test_nothing_is_written_between_two_drawings():
    loop, stream = Loop(), Terminal()
    display = show(loop, stream)
    before = stream.getvalue()
    loop.run(0.5, 0.5)
    loop.time.now = 0.19
    display(loop)
    assert stream.getvalue() == before
    loop.time.now = 0.2
    display(loop)
    assert "1/10 candidates" in stream.getvalue()


@pytest.mark.parametrize("columns", [1, 2, 10, 20, 30, 40, 60, 80, 90, 200])
def test_fits_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    loop, stream = Loop(), Terminal()
    loop.time.now = 59.0
    display = show(loop, stream)
    loop.run(0.8, 0.9)
    loop.time.now = 3600.0
    display(loop)
    assert max(map(len, stream.getvalue().split("\r"))) < columns
    assert stream.lines[0].startswith("1/10 candidates"[: columns - 1])


def test_a_narrow_terminal_keeps_what_matters_most(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    loop, stream = Loop(), Terminal()
    display = show(loop, stream)
    loop.run(0.8, 0.9)
    loop.time.now = 2.0
    display(loop)
    assert stream.lines == ["1/10 candidates, best score 0.85, 2.0 s, 18 s left"]


# -- a log ---------------------------------------------------------------------------------------


def test_a_log_gets_a_line_a_tenth():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, n_iter=50)
    for i in range(50):
        loop.run(i / 50, i / 50)
        loop.time.now += 10.0
        display(loop)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == (
        "5/50 candidates, 10/100 fits, best score 0.08, 0 running, 0 failed, 50 s, 7 min 30 s left"
    )


def test_a_log_gets_a_line_each_ten_seconds_at_most():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream)
    for _ in range(10):
        loop.run(0.5, 0.5)
        loop.time.now += 3.0
        display(loop)
    assert [line[:15] for line in stream.getvalue().splitlines()] == [
        "4/10 candidates",
        "8/10 candidates",
    ]


def test_a_short_search_has_only_a_last_line_in_a_log():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, n_iter=1)
    loop.run(0.5, 0.5)
    loop.ended = "n_iter=1 candidates are done"
    display.finish(loop)
    assert stream.getvalue() == (
        "Search ended (n_iter=1 candidates are done): 1/1 candidates, 2/2 fits,"
        " best score 0.5 of candidate 0, 0 failed, 0.0 s\n"
    )


def test_a_slow_search_is_not_silent_for_long():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, n_iter=1000)
    for _ in range(60):
        loop.time.now += 60.0
        display(loop)
    assert len(stream.getvalue().splitlines()) == 12


def test_a_tenth_of_the_time_counts_as_well():
    loop, stream = Loop(seconds=200.0), io.StringIO()
    display = show(loop, stream, n_iter=10**6)
    for _ in range(200):
        loop.time.now += 1.0
        display(loop)
    assert len(stream.getvalue().splitlines()) == 10


# -- a line per candidate ------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_line_per_candidate(stream):
    loop, stream = Loop(), stream()
    display = show(loop, stream, verbose=2)
    loop.run(0.8, 0.9, C=0.1 + 0.2, kernel="rbf", n=np.int64(3), shape=(5, 0.1 * 3))
    error = "Traceback ...\n  there\nValueError: no C"
    loop.run(np.nan, np.nan, status="failed", error=error, C=np.float64(2.5))
    loop.run(np.nan, status="timeout", scaler=StandardScaler())
    display(loop)
    assert stream.getvalue().splitlines() == [
        "[1/10] candidate 0: score 0.85 ± 0.05, 4.0 s; C=0.3, kernel='rbf', n=3, shape=(5, 0.3)",
        "[2/10] candidate 1: failed (ValueError: no C), 4.0 s; C=2.5",
        "[3/10] candidate 2: timeout, 2.0 s; scaler=StandardScaler()",
    ]


def test_the_spread_is_the_one_of_cv_results():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=2)
    scores = [0.71, 0.93, 0.85, 0.88]
    loop.run(*scores)
    display(loop)
    assert f"± {np.std(scores):.2g}," in stream.getvalue()


def test_one_split_has_no_spread():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=2)
    loop.run(0.25)
    display(loop)
    assert stream.getvalue() == "[1/10] candidate 0: score 0.25, 2.0 s\n"


def test_long_parameters_are_shortened():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=2)
    loop.run(0.5, 0.5, text="a\nb" * 99, **{f"p{i}": "v" * 99 for i in range(99)})
    display(loop)
    [line] = stream.getvalue().splitlines()
    assert len(line) < 200
    assert line.endswith("...")


def test_a_value_that_cannot_be_written_does_not_end_the_search():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=2)
    loop.run(0.5, 0.5, step=Mute())
    display(loop)
    assert "step=<Mute instance" in stream.getvalue()


def test_no_clash_with_the_lines_of_the_tasks():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=3)
    loop.run(0.5, 0.6, C=0.1)
    display(loop)
    display.finish(loop)
    assert not re.search(r"score=|\[CV", stream.getvalue())


# -- scores, failures, time left -----------------------------------------------------------------


def test_the_best_score_is_the_highest_that_is_a_number():
    loop, stream = Loop(), Terminal()
    display = show(loop, stream, n_splits=1)
    loop.run(np.nan, status="failed", error="broken")
    display.finish(loop)
    assert "no score yet, 1 failed" in stream.lines[-2]
    for score in (-3.0, -1.0, -1.0, -2.0):
        loop.run(score)
    loop.run(9.0, status="failed", error="broken")  # error_score=9
    display.finish(loop)
    assert "best score -1 of candidate 2, 2 failed" in stream.lines[-2]


def test_the_metric_that_decides_is_named():
    loop, stream = Loop(), io.StringIO()
    display = show(loop, stream, verbose=2, metric="f1")
    assert display._tally.best_text() == "no f1 yet"
    loop.run({"accuracy": 0.9, "f1": 0.7}, {"accuracy": 0.9, "f1": 0.8})
    display(loop)
    display.finish(loop)
    first, last = stream.getvalue().splitlines()
    assert "f1 0.75 ± 0.05" in first
    assert "best f1 0.75 of candidate 0" in last


def test_fits_are_counted_as_they_end():
    loop = Loop()
    display = show(loop, io.StringIO())
    one, two = loop.open(), loop.open()
    counts = [display._tally.count_fits(loop)]
    for trial in (one, two, two, one):
        loop.end_fit(trial)
        if len(trial.outcomes) == 2:
            loop.close(trial)
        counts.append(display._tally.count_fits(loop))
    assert counts == [0, 1, 2, 3, 4]


def seconds_left(n_done, now, seconds=None, n_before=0, ended="", n_open=0):
    loop = Loop(seconds)
    for _ in range(n_before):
        loop.run(0.5, 0.5)
    display = show(loop, io.StringIO(), verbose=0)
    for _ in range(n_done):
        loop.run(0.5, 0.5)
    for _ in range(n_open):
        loop.open()
    loop.time.now, loop.ended = now, ended
    display(loop)
    return display._seconds_left(loop)


def test_time_left():
    assert seconds_left(0, 5.0) == np.inf
    assert seconds_left(2, 6.0) == 24.0
    assert seconds_left(10, 6.0) == 0.0
    assert seconds_left(0, 5.0, seconds=8.0) == 3.0
    assert seconds_left(2, 6.0, seconds=10.0) == 4.0
    assert seconds_left(2, 6.0, seconds=100.0) == 24.0
    assert seconds_left(2, 11.0, seconds=10.0) == 0.0


def test_time_left_without_what_was_done_before():
    assert seconds_left(2, 6.0, n_before=4) == 12.0


def test_time_left_once_no_candidate_is_to_come():
    assert seconds_left(2, 6.0, ended="the target score is reached", n_open=1) == 3.0


def test_continuing_is_said_and_not_repeated_line_by_line():
    loop, stream = Loop(), io.StringIO()
    for _ in range(3):
        loop.run(0.5, 0.5)
    display = show(loop, stream, verbose=2)
    loop.run(0.6, 0.6, C=1)
    display(loop)
    assert stream.getvalue().splitlines() == [
        "Continuing after 3 finished candidates",
        "[4/10] candidate 3: score 0.6 ± 0, 4.0 s; C=1",
    ]


def test_a_search_that_was_complete_only_ends():
    loop, stream = Loop(), io.StringIO()
    loop.run(0.5, 0.5)
    ProgressDisplay(1, 1, 2, None, stream).finish(loop)
    first, last = stream.getvalue().splitlines()
    assert first == "Continuing after 1 finished candidates"
    assert last.startswith("Search ended (an error): 1/1 candidates, 2/2 fits")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3599.0, "59 min 59 s"),
        (3599.6, "1 h 0 min"),
        (100_000.0, "27 h 46 min"),
    ],
)
def test_durations(seconds, text):
    assert _progress._duration(seconds) == text


# -- a notebook ----------------------------------------------------------------------------------


class Handle:
    def __init__(self, shown):
        self.shown = shown

    def update(self, data, raw):
        self.shown.append(("update", data["text/plain"], raw))


@pytest.fixture
def notebook(monkeypatch):
    """Return what is displayed by an IPython that runs in a kernel."""
    shown = []

    def display(data, *, raw, display_id):
        shown.append(("display", data["text/plain"], raw))
        return Handle(shown)

    package, module = ModuleType("IPython"), ModuleType("IPython.display")
    package.get_ipython = lambda: SimpleNamespace(kernel=object())
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", package)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return shown


def test_a_notebook_has_one_output_that_is_updated(notebook, capsys):
    loop = Loop()
    display = show(loop, None)
    loop.run(0.8, 0.9)
    for loop.time.now in (0.1, 0.3):
        display(loop)
    loop.ended = "interrupted"
    display.finish(loop)
    assert [(how, raw) for how, _, raw in notebook] == [("display", True)] + 2 * [("update", True)]
    assert notebook[1][1].startswith("1/10 candidates, 2/20 fits, best score 0.85")
    assert notebook[2][1].startswith("Search ended (interrupted): 1/10 candidates")
    assert capsys.readouterr().out == ""


def test_a_notebook_gets_lines_with_verbose_2(notebook, capsys):
    loop = Loop()
    display = show(loop, None, verbose=2)
    loop.run(0.8, 0.9, C=1)
    display(loop)
    assert capsys.readouterr().out.startswith("[1/10] candidate 0: score 0.85")
    assert notebook == []


def test_a_stream_of_one_s_own_goes_before_the_notebook(notebook):
    stream = Terminal()
    show(Loop(), stream)
    assert notebook == []
    assert "0/10 candidates" in stream.getvalue()


@pytest.mark.parametrize("shell", [None, SimpleNamespace(kernel=None), SimpleNamespace()])
def test_an_ipython_without_a_kernel_is_no_notebook(notebook, monkeypatch, shell, capsys):
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell)
    show(Loop(), None).finish(Loop())
    assert notebook == []
    assert capsys.readouterr().out.startswith("Search ended")


# -- streams that fail ---------------------------------------------------------------------------


@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "full"), ValueError("closed")])
def test_a_reader_that_is_gone_does_not_end_the_search(verbose, after, error):
    loop, stream = Loop(), Broken(error, after)
    display = show(loop, stream, verbose)
    for loop.time.now in (20.0, 40.0, 60.0):
        loop.run(0.5, 0.5)
        display(loop)
    display.finish(loop)
    assert stream.n_tried == after + 1


def test_a_closed_stream_does_not_end_the_search():
    loop, stream = Loop(), Terminal()
    stream.close()
    display = show(loop, stream)
    loop.run(0.5, 0.5)
    display.finish(loop)
    assert display._tally.best == 0.5


def test_no_stream_at_all(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)  # as under pythonw
    loop = Loop()
    display = show(loop, None)
    display.finish(loop)
    assert display._n_read == 0


def test_stdout_is_looked_up_at_the_time_of_writing(capsys, monkeypatch):
    display = show(Loop(), None, verbose=2)
    other = io.StringIO()
    monkeypatch.setattr(sys, "stdout", other)
    display.finish(Loop())
    assert other.getvalue().startswith("Search ended")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("encoding", "name", "expected"),
    [
        ("ascii", "a", "score 0.85 +/- 0.05, 4.0 s; name='a'"),
        ("cp1252", "a", "score 0.85 ± 0.05, 4.0 s; name='a'"),
        ("cp1252", "Δ", "score 0.85 +/- 0.05, 4.0 s; name='?'"),
        ("utf-8", "Δ", "score 0.85 ± 0.05, 4.0 s; name='Δ'"),
    ],
)
def test_characters_that_the_stream_does_not_know(encoding, name, expected):
    loop, raw = Loop(), io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    display = show(loop, stream, verbose=2)
    loop.run(0.8, 0.9, name=name)
    display(loop)
    assert raw.getvalue().decode(encoding).rstrip().endswith(expected)


# -- silence and logging -------------------------------------------------------------------------


def test_verbose_0_prints_nothing(capfd):
    loop = Loop()
    display = show(loop, None, verbose=0)
    loop.run(0.5, 0.5)
    loop.run(np.nan, status="failed", error="broken")
    loop.time.now = 1000.0
    display(loop)
    display.finish(loop)
    assert capfd.readouterr() == ("", "")


def test_logging_prints_nothing_unless_asked_to():
    code = "import logging, skhpo.search._progress; logging.getLogger('skhpo').warning('heard')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_finished_candidates_and_the_end_are_logged(caplog):
    caplog.set_level(logging.INFO, "skhpo")
    loop = Loop()
    display = show(loop, None, verbose=0)
    loop.run(0.8, 0.9, C=0.5)
    display(loop)
    display(loop)
    loop.ended = "interrupted"
    display.finish(loop)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert caplog.messages == [
        "candidate 0: score 0.85 ± 0.05, 4.0 s; C=0.5",
        "Search ended (interrupted): 1/10 candidates, 2/20 fits, best score 0.85 of candidate 0,"
        " 0 failed, 0.0 s",
    ]


def test_a_distinct_cause_is_logged_once(caplog):
    caplog.set_level(logging.WARNING, "skhpo")
    loop = Loop()
    display = show(loop, None, verbose=0)
    for i in range(20):
        loop.run(np.nan, status="failed", error=f"Traceback\nValueError: C={i / 7} is too small")
        loop.run(np.nan, status="failed", error="Traceback\nMemoryError: at 0x7f3a")
        loop.run(np.nan, status="timeout", error=f"killed after {i}.5 s")
        display(loop)
    assert caplog.messages == [
        "candidate 0: failed (ValueError: C=0.0 is too small)",
        "candidate 1: failed (MemoryError: at 0x7f3a)",
        "candidate 2: timeout (killed after 0.5 s)",
    ]


def test_every_traceback_is_logged_for_debugging(caplog):
    caplog.set_level(logging.DEBUG, "skhpo")
    loop = Loop()
    display = show(loop, None, verbose=0)
    for _ in range(2):
        loop.run(np.nan, status="failed", error="Traceback\n  line 3\nValueError: no")
    display(loop)
    levels = [record.levelname for record in caplog.records]
    assert levels == ["DEBUG", "WARNING", "INFO", "DEBUG", "INFO"]
    assert "line 3" in caplog.messages[0]


# -- the real loop -------------------------------------------------------------------------------


class Serial:
    """Runs tasks one after the other."""

    slots = 1

    def submit(self, task, seconds=None):
        self.task = task

    def collect(self):
        return Outcome(self.task.candidate.number, self.task.split, "ok", 0.5)

    def abort(self):
        """Nothing is under way."""


def test_watches_the_engine():
    stream = io.StringIO()
    display = ProgressDisplay(2, 4, 3, None, stream)
    strategy = RandomSampling(space=Space({"C": Real(0, 1)}), seed=0)
    loop = Engine(strategy, Full(n_iter=4), Serial(), n_splits=3, judge=lambda _: (0.5, 0.0))
    loop.watch = display
    loop.run()
    display.finish(loop)
    lines = stream.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == [
        f"[{i + 1}/4] candidate {i}" for i in range(4)
    ]
    assert lines[4].startswith(f"Search ended ({loop.ended}): 4/4 candidates, 12/12 fits")
