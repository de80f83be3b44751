"""A fit under limits comes to an outcome, whatever it does, and leaves nothing behind."""

import ctypes
import gc
import math
import mmap
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator

from skhpo._sklearn import cloudpickle
from skhpo.evaluation import Job, _limits, run_task
from skhpo.evaluation._limits import (
    descendants,
    memory_of,
    parse_memory,
    unenforceable,
)
from skhpo.evaluation._payload import Payload, PayloadMissing
from skhpo.evaluation._sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="both limits need Linux")

TIMEOUT = 1.5
MEMORY = 100_000_000
LIBC = "libc.so.6"
SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


class Doing(BaseEstimator):
    """Calls its parameter in ``fit`` and scores what that returns."""

    def __init__(self, action=None):
        self.action = action

    def fit(self, X, y=None):
        self.result_ = None if self.action is None else self.action()
        return self


def score(estimator, X, y=None):
    return 1.0 if estimator.result_ is None else estimator.result_


def job(**options):
    rows = np.arange(4)
    return Job(
        estimator=Doing(),
        X=np.arange(12.0).reshape(4, 3),
        y=None,
        splits=[(rows[:2], rows[2:]), (rows[2:], rows[:2])],
        scorer=score,
        **options,
    )


def run(sandbox, action):
    return sandbox.run(3, {"action": action}, 1)


def is_gone(pid):
    return not _limits._is_alive(pid)


def wait_for(condition, seconds=20.0):
    """Poll: there is no telling how busy the machine is."""
    end = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < end:
        time.sleep(0.02)
    return condition()


@pytest.fixture(scope="module", autouse=True)
def _by_value():
    """Let the child do without this module."""
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def payload(_by_value):
    payload = Payload(job())
    yield payload
    payload.close()


@pytest.fixture(scope="module")
def timed(payload):
    """Return a sandbox with a deadline."""
    sandbox = Sandbox(payload.ticket, timeout=TIMEOUT, memory=None, error_score=-1.0)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def bounded(payload):
    """Return a sandbox with a memory limit."""
    sandbox = Sandbox(payload.ticket, timeout=60.0, memory=MEMORY)
    yield sandbox
    sandbox.close()


# -- good fits -----------------------------------------------------------------------------------


def test_a_good_fit_is_as_outside(timed):
    inside, outside = run(timed, lambda: 0.25), run_task(job(), 3, {"action": lambda: 0.25}, 1)
    for name in ("candidate", "split", "status", "test_scores", "train_scores", "error"):
        assert getattr(inside, name) == getattr(outside, name)
    assert inside.fit_time > 0
    assert timed.pid not in (None, os.getpid())


def test_one_process_runs_many_fits(timed):
    run(timed, None)
    assert [run(timed, os.getpid).test_scores for _ in range(3)] == [timed.pid] * 3


def test_the_deadline_does_not_run_before_the_fit(timed):
    class Slow:
        """Takes its time to be unpickled."""

        def __reduce__(self):
            return time.sleep, (TIMEOUT + 1.0,)

    outcome = timed.run(3, {"action": Slow()}, 1)
    assert outcome.status == "ok"


def test_output_of_a_fit_is_not_taken_for_a_reply(timed):
    def talk():
        print("from Python")  # noqa: T201
        os.write(1, b"from C\n")
        return float(len(os.read(0, 10)))  # nothing to be read either

    assert run(timed, talk).test_scores == 0.0


def test_the_child_finds_modules_where_the_driver_does(timed):
    def surroundings():
        return [*sys.path], os.getcwd(), os.environ.get("PYTHONPATH")

    here = surroundings()
    assert run(timed, lambda: float(surroundings() == here)).test_scores == 1.0


# -- faults --------------------------------------------------------------------------------------


def hang_in_sleep():
    time.sleep(600)


def hang_in_c():
    re.match(r"(a+)+$", "a" * 60 + "b")  # never lets another thread run


def leave():
    os._exit(0)


def read_nowhere():
    ctypes.string_at(0)


def overflow_the_stack():
    ctypes.CDLL(LIBC).regcomp(ctypes.create_string_buffer(1000), b"(" * 10**6, 1)


def kill_myself():
    os.kill(os.getpid(), signal.SIGKILL)


def close_everything():
    os.closerange(3, 256)


def close_everything_and_hang():
    os.closerange(3, 256)
    time.sleep(600)


def raise_exit():
    raise SystemExit(3)


def raise_interrupt():
    raise KeyboardInterrupt


def raise_memory_error():
    raise MemoryError


def recurse():
    return recurse()


def unpickles_nowhere_else():
    class Score(float):
        def __reduce__(self):
            return (lambda pid: 0.0 if os.getpid() == pid else 1 / 0), (os.getpid(),)

    return Score(0.5)


FAULTS = [
    (hang_in_sleep, "timeout", f"the fit took longer than fit_timeout={TIMEOUT} s"),
    (hang_in_c, "timeout", "the fit took longer"),
    (leave, "crashed", "exited with code 0"),
    (read_nowhere, "crashed", "SIGSEGV"),
    (overflow_the_stack, "crashed", "SIGSEGV"),
    (kill_myself, "crashed", "SIGKILL (perhaps by the kernel, for want of memory)"),
    (close_everything, "crashed", "exited with code 1"),
    (close_everything_and_hang, "crashed", "closed its connection"),
    (raise_exit, "failed", "SystemExit: 3"),
    (raise_interrupt, "failed", "KeyboardInterrupt"),
    (raise_memory_error, "failed", "MemoryError"),  # there is no limit
    (recurse, "failed", "maximum recursion depth"),
    (unpickles_nowhere_else, "failed", "could not be unpickled: ZeroDivisionError"),
]


@pytest.mark.parametrize(
    ("fault", "status", "words"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS]
)
def test_a_fault_is_an_outcome_and_the_next_fit_runs(timed, fault, status, words):
    outcome = run(timed, fault)
    assert (outcome.candidate, outcome.split, outcome.status) == (3, 1, status)
    assert words in outcome.error
    assert outcome.test_scores == -1.0 or fault is not hang_in_sleep
    assert outcome.exception is None
    assert run(timed, None).status == "ok"


def test_a_fork_that_leaves_the_fit_does_not_answer(timed):
    assert run(timed, lambda: float(os.fork() > 0)).test_scores == 1.0
    assert run(timed, lambda: 0.5).test_scores == 0.5


def test_a_process_killed_between_fits_is_replaced(timed):
    run(timed, None)
    os.kill(timed.pid, signal.SIGKILL)
    assert run(timed, None).status == "ok"


def test_replacements_do_not_draw_the_same_numbers(timed):
    def draw():
        return np.random.random()  # noqa: NPY002

    first = run(timed, draw).test_scores
    run(timed, leave)
    assert run(timed, draw).test_scores != first


def test_raise_says_what_is_to_be_raised(payload):
    sandbox = Sandbox(
        payload.ticket, timeout=0.1, memory=None, error_score="raise", return_train_score=True
    )
    outcome = run(sandbox, hang_in_sleep)
    sandbox.close()
    assert isinstance(outcome.exception, TimeoutError)
    assert math.isnan(outcome.test_scores)
    assert math.isnan(outcome.train_scores)


# -- memory --------------------------------------------------------------------------------------


def take_30_gb():
    return np.ones(30 * 10**9 // 8).sum()


def take_more_and_more():
    taken = []
    while True:
        taken.append(np.ones(10**5))


def take_small_objects():
    taken = []
    while True:
        taken.append(bytes(1000))


def take_shared_memory():
    taken = mmap.mmap(-1, 10**9)
    for start in range(0, 10**9, 4096):
        taken[start] = 1


def take_in_children():
    code = f"taken = bytearray({MEMORY * 7 // 10}); import time; time.sleep(600)"
    children = [subprocess.Popen([sys.executable, "-S", "-c", code]) for _ in range(2)]
    return float(sum(child.wait() for child in children))


@pytest.mark.parametrize(
    "fault",
    [take_30_gb, take_more_and_more, take_small_objects, take_shared_memory, take_in_children],
)
def test_too_much_memory_is_an_outcome_and_the_next_fit_runs(bounded, fault):
    outcome = run(bounded, fault)
    assert outcome.status == "memory"
    assert f"the fit needed more memory than fit_memory={MEMORY} bytes" in outcome.error
    assert run(bounded, lambda: np.ones(MEMORY // 10).size / 1e7).test_scores == 1.0


def test_malloc_of_native_code_is_refused(bounded):
    def is_null():
        libc = ctypes.CDLL(LIBC)
        libc.malloc.restype = ctypes.c_void_p
        return float(libc.malloc(ctypes.c_size_t(10**10)) is None)

    assert run(bounded, is_null).test_scores == 1.0


def test_a_crash_for_want_of_memory_is_suspected(bounded):
    def use_unchecked():
        libc = ctypes.CDLL(LIBC)
        libc.malloc.restype = ctypes.c_void_p
        ctypes.memset(libc.malloc(ctypes.c_size_t(10**10)), 1, 10)

    outcome = run(bounded, use_unchecked)
    assert outcome.status == "crashed"
    assert re.search("SIGSEGV.*allocation refused under fit_memory", outcome.error)


def test_memory_that_forks_share_counts_once(bounded):
    def share():
        held = np.ones(MEMORY * 6 // 10 // 8)
        children = [os.fork() for _ in range(1)]
        children += [os.fork()] if 0 not in children else []
        if 0 in children:
            time.sleep(0.5)
            os._exit(0)
        for pid in children:
            os.waitpid(pid, 0)
        return held[0]

    assert run(bounded, share).status == "ok"


GROWTH = """
import numpy as np
from skhpo.evaluation import _limits

_limits._MAPPED_PER_THREAD = 0
kept, refused = [], 0
for _ in range(3):
    with _limits.growth_limited(60_000_000):
        kept.append(np.empty(40_000_000, dtype=np.uint8))
        try:
            np.empty(40_000_000, dtype=np.uint8)
        except MemoryError:
            refused += 1
print(refused, np.empty(120_000_000, dtype=np.uint8).size + sum(map(len, kept)))
"""


def test_the_limit_is_on_growth_and_is_lifted():
    """In a process of its own: in this one something else may be freed in between."""
    done = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True)
    assert done.stdout.split() == ["3", "240000000"], done.stderr


def test_memory_in_use_is_what_was_written_to():
    before, _ = memory_of(["self"])
    held = np.empty(50_000_000, dtype=np.uint8)
    reserved, _ = memory_of(["self"])
    held[:] = 1
    written, _ = memory_of(["self"])
    assert reserved - before < 25_000_000
    assert written - reserved > 45_000_000


# -- nothing is left behind ----------------------------------------------------------------------


@pytest.mark.parametrize("own_session", [False, True])
def test_what_a_fit_started_ends_with_it(timed, tmp_path, own_session):
    note = tmp_path / "pid"

    def start_and_hang():
        child = subprocess.Popen(SLEEPER, start_new_session=own_session)
        note.write_text(str(child.pid))
        time.sleep(600)

    assert run(timed, start_and_hang).status == "timeout"
    assert is_gone(int(note.read_text()))


def test_what_a_good_fit_started_lives_until_the_end(payload, tmp_path):
    note = tmp_path / "pid"

    def start():
        # an orphan in a session of its own: known to nobody but the server, which adopts it
        pid = os.fork()
        if pid == 0:
            child = subprocess.Popen(SLEEPER, start_new_session=True)
            note.write_text(str(child.pid))
            os._exit(0)
        os.waitpid(pid, 0)

    sandbox = Sandbox(payload.ticket, timeout=60.0, memory=None)
    assert run(sandbox, start).status == "ok"
    orphan = int(note.read_text())
    assert not is_gone(orphan)
    sandbox.close()
    assert is_gone(orphan)


def test_parallel_fits_in_a_fit_leave_no_files_when_ended(timed, tmp_path):
    def nest():
        os.environ["JOBLIB_TEMP_FOLDER"] = str(tmp_path)
        Parallel(n_jobs=2, max_nbytes=1000)(delayed(np.sum)(np.ones(10**4)) for _ in range(4))
        time.sleep(600)

    assert run(timed, nest).status == "timeout"
    assert wait_for(lambda: list(tmp_path.iterdir()) == [])


def test_replacements_leak_nothing(timed):
    run(timed, leave)
    run(timed, None)
    [server] = [pid for pid in descendants(os.getpid()) if timed.pid in descendants(pid)]
    before = len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{server}/fd"))
    for _ in range(10):
        run(timed, leave)
    run(timed, None)
    assert (len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{server}/fd"))) == before
    assert descendants(server) == [timed.pid]


def test_a_sandbox_outlives_its_thread_and_ends_with_its_last_reference(payload):
    made, before = [], set(descendants(os.getpid()))

    def make():
        made.append(Sandbox(payload.ticket, timeout=60.0, memory=MEMORY))
        run(made[0], None)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    pid = made[0].pid
    assert run(made[0], os.getpid).test_scores == pid
    made.clear()
    gc.collect()
    assert set(descendants(os.getpid())) - before == set()


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_all_ends_with_the_driver(tmp_path, blow):
    note = tmp_path / "pids"
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, subprocess, sys, time
        import numpy as np
        from sklearn.base import BaseEstimator
        from skhpo.evaluation import Job
        from skhpo.evaluation._payload import Payload
        from skhpo.evaluation._sandbox import Sandbox

        class Endless(BaseEstimator):
            def fit(self, X, y=None):
                child = subprocess.Popen({SLEEPER}, start_new_session=True)
                with open({str(note)!r}, "w") as file:
                    file.write(f"{{os.getppid()}} {{os.getpid()}} {{child.pid}}\\n")
                10 ** 10 ** 9

        job = Job(Endless(), np.zeros((2, 1)), None, [([0], [1])], lambda e, X: 0.0)
        payload = Payload(job)
        sandbox = Sandbox(payload.ticket, timeout=600, memory=None)
        try:
            sandbox.run(0, {{}}, 0)
        except KeyboardInterrupt:
            sys.exit(7)
        """)
    )
    path = os.pathsep.join(filter(None, sys.path))
    # a driver that is killed leaves the payload's folder
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(script)], env=environment) as driver:
        assert wait_for(lambda: note.exists() and note.read_text().endswith("\n"), 60)
        driver.send_signal(blow)
        assert driver.wait(20) == (7 if blow == signal.SIGINT else -blow)
    assert wait_for(lambda: all(is_gone(int(pid)) for pid in note.read_text().split()))


# -- without a server; other payloads ------------------------------------------------------------


def test_without_a_server_the_same_limits_hold(payload):
    whole = replace(payload.ticket, content=payload.content.tobytes())
    sandbox = Sandbox(whole, timeout=1.0, memory=MEMORY, fork=False)
    assert run(sandbox, hang_in_c).status == "timeout"
    assert run(sandbox, take_30_gb).status == "memory"
    crash = run(sandbox, kill_myself)
    sandbox.close()
    assert (crash.status, sandbox.pid) == ("crashed", None)
    assert "SIGKILL" in crash.error


def test_a_missing_payload_is_said():
    payload = Payload(job())
    sandbox = Sandbox(payload.ticket, timeout=1.0, memory=None)
    payload.close()
    with pytest.raises(PayloadMissing):
        run(sandbox, None)
    sandbox.close()


def test_an_interpreter_that_does_not_start_is_an_outcome(payload, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    sandbox = Sandbox(payload.ticket, timeout=1.0, memory=None)
    outcome = run(sandbox, None)
    sandbox.close()
    assert outcome.status == "crashed"
    assert "exited with code 1 before the fit began" in outcome.error


# -- how limits are written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "n_bytes"),
    [
        (None, None),
        (2_000_000_000, 2_000_000_000),
        (2e9, 2_000_000_000),
        (np.int64(5), 5),
        ("2GB", 2_000_000_000),
        ("2 gb", 2_000_000_000),
        ("512 MiB", 512 * 2**20),
        ("1.5g", 1_500_000_000),
        (".5K", 500),
        ("1TiB", 2**40),
        ("1e3", ValueError),
        ("100", 100),
        ("100 B", 100),
        ("", ValueError),
        ("GB", ValueError),
        ("2 XB", ValueError),
        ("2i", ValueError),
        ("-1GB", ValueError),
        (0, ValueError),
        ("0.1 B", ValueError),
        (-1, ValueError),
        (math.nan, ValueError),
        (math.inf, ValueError),
        (True, ValueError),
        ([1], ValueError),
    ],
)
def test_sizes(value, n_bytes):
    if n_bytes is ValueError:
        with pytest.raises(ValueError, match=r"fit_memory=.* is not a size: .*\"2GB\""):
            parse_memory(value)
    else:
        assert parse_memory(value) == n_bytes


def test_linux_enforces_everything():
    assert unenforceable(1.0, 1) == []


@pytest.mark.parametrize(
    ("name", "platform", "words"),
    [("posix", "darwin", ["fit_memory"]), ("nt", "win32", ["fit_timeout", "fit_memory"])],
)
def test_other_platforms_say_what_they_do_not(monkeypatch, name, platform, words):
    monkeypatch.setattr(_limits, "HAS_PROC", False)
    monkeypatch.setattr(os, "name", name)
    monkeypatch.setattr(sys, "platform", platform)
    said = unenforceable(1.0, 1)
    monkeypatch.undo()
    assert [text.split()[0] for text in said] == words


def test_children_are_found_without_the_kernel_s_list():
    child = subprocess.Popen(SLEEPER)
    assert child.pid in _limits._children(os.getpid())
    assert sorted(_limits._children_by_parent(os.getpid())) == sorted(
        _limits._children(os.getpid())
    )
    child.kill()
    child.wait()
