"""Estimators with faults, and the faults. Imported by worker processes too, hence its own file."""

import ctypes
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator

LIBC = "libc.so.6"
SLEEPER = ["sleep", "600"]


class BadToPickleError(Exception):
    """Cannot be pickled."""

    def __init__(self, message):
        super().__init__(message)
        self.lock = threading.Lock()


class BadToUnpickleError(Exception):
    """Is pickled with one argument, and needs two."""

    def __init__(self, message, detail):
        super().__init__(message)
        self.detail = detail


def stop():
    raise ValueError("this setting does not work")


def raise_memory_error():
    raise MemoryError


def recurse():
    return recurse()


def raise_bad_to_pickle():
    raise BadToPickleError("holds a lock")


def raise_bad_to_unpickle():
    raise BadToUnpickleError("has a detail", 7)


def exit_python():
    raise SystemExit(3)


def interrupt():
    raise KeyboardInterrupt


def sleep():
    time.sleep(600)


def hold_the_lock():
    re.match(r"(a+)+$", "a" * 60 + "b")  # never lets another thread run


def multiply_forever():
    a = np.ones((300, 300)) / 300
    while True:
        a = a @ a


def read_nowhere():
    ctypes.string_at(0)


def leave():
    os._exit(0)


def kill_process():
    os.kill(os.getpid(), signal.SIGKILL)


def overflow_the_stack():
    ctypes.CDLL(LIBC).regcomp(ctypes.create_string_buffer(1000), b"(" * 10**6, 1)


def take_30_gb():
    return np.ones(30 * 10**9 // 8).sum()


def take_more_and_more():
    taken = []
    while True:
        taken.append(np.ones(4 * 10**6))


EXCEPTIONS = {  # and words that the cause has to contain
    stop: "ValueError: this setting does not work",
    raise_memory_error: "MemoryError",
    recurse: "maximum recursion depth",
    raise_bad_to_pickle: "BadToPickleError: holds a lock",
    raise_bad_to_unpickle: "BadToUnpickleError: has a detail",
    exit_python: "SystemExit: 3",
}
BAD_SCORES = {
    "nan": (float("nan"), "score is not finite: nan"),
    "inf": (float("inf"), "score is not finite: inf"),
    "-inf": (float("-inf"), "score is not finite: -inf"),
    "str": ("good", "scoring must return a number"),
    "None": (None, "scoring must return a number"),
}
CRASHES = {
    kill_process: "SIGKILL",
    read_nowhere: "SIGSEGV",
    leave: "exited with code 0",
    overflow_the_stack: "SIGSEGV",
}
HANGS = [sleep, hold_the_lock, multiply_forever]
GREEDY = [take_30_gb, take_more_and_more]


class Faulty(BaseEstimator):
    """Scores its parameter, but for values that are poisoned.

    Parameters
    ----------
    p : number
        The score.
    poison : dict of number to callable
        What ``fit`` does for some values of ``p``.
    bad_scores : dict of number to object
        What ``score`` returns for some values of ``p``.
    """

    def __init__(self, p=0, poison=None, bad_scores=None):
        self.p = p
        self.poison = poison
        self.bad_scores = bad_scores

    def fit(self, X, y=None):
        action = (self.poison or {}).get(self.p)
        self.result_ = None if action is None else action()
        return self

    def score(self, X, y=None):
        return (self.bad_scores or {}).get(self.p, float(self.p))


class KeepLock:
    """Makes a fitted estimator that cannot be pickled."""

    def __call__(self):
        return threading.Lock()


class StartChildren:
    """Starts a process, one in a session of its own, and one whose parent is gone."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __call__(self):
        children = [subprocess.Popen(SLEEPER, start_new_session=own) for own in (False, True)]
        pids = [child.pid for child in children]
        parent = os.fork()
        if parent == 0:
            child = subprocess.Popen(SLEEPER, start_new_session=True)
            (self.folder / str(child.pid)).touch()
            os._exit(0)
        os.waitpid(parent, 0)
        for pid in pids:
            (self.folder / str(pid)).touch()


class LoseSecond:
    """Waits in the second call to be lost with its worker; the first and the third do nothing."""

    def __init__(self, folder):
        self.notes = [Path(folder) / name for name in ("first", "second")]

    def __call__(self):
        first, second = self.notes
        if not _is_new(first) and _is_new(second):
            time.sleep(60)
            raise TimeoutError("no worker was lost")


def _is_new(note):
    try:
        note.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class Note:
    """Leaves a file for each call, and may then hang."""

    def __init__(self, folder, then=None):
        self.folder = Path(folder)
        self.then = then

    def __call__(self):
        (self.folder / f"{os.getpid()}-{time.perf_counter_ns()}").touch()
        return None if self.then is None else self.then()
