import errno
import json
import math
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
import zlib
from collections import Counter
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skhpo.exceptions import SkhpoError
from skhpo.journal import Journal, JournalFile, JournalMismatch, read
from skhpo.journal import _file as module

HEADER = {"format": 1, "fingerprint": {"X": "ab12", "y": None, "seed": 3}, "versions": ["1.0"]}
unix = pytest.mark.skipif(os.name == "nt", reason="needs fork, signals or limits of Unix")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.jsonl"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """Return a function that gives a path where nothing is: one for each example."""
    folder = tmp_path_factory.mktemp("scratch")

    def fresh():
        path = folder / "search.jsonl"
        path.unlink(missing_ok=True)
        return path

    return fresh


def write(path, *records, header=HEADER):
    with Journal(path, header) as journal:
        for record in records:
            journal.append(record)


def numbers(path):
    return [record["n"] for record in read(path).records]


def strict(line):
    """Parse JSON that knows no NaN."""

    def refuse(name):
        raise ValueError(name)

    return json.loads(line, parse_constant=refuse)


def start(code, *arguments):
    """Start a process that runs ``code`` after the imports it may need."""
    head = """
        import os, signal, sys, threading, time
        from skhpo.journal import _file as module
        from skhpo.journal import Journal, read
    """
    source = textwrap.dedent(head) + f"HEADER = {HEADER!r}\n" + textwrap.dedent(code)
    root = str(Path(module.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )


def finish(process, sent=""):
    output, _ = process.communicate(sent, timeout=60)
    assert process.returncode == 0
    return output


def kill(process):
    process.kill()
    process.communicate()


# -- round trip ----------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text() | st.sampled_from(["$float", "$$float", "$", "crc", "journal"])
values = st.recursive(scalars, lambda v: st.lists(v) | st.dictionaries(keys, v), max_leaves=20)
own_keys = keys.filter(lambda key: key not in module.RESERVED)


def same(a, b):
    """Equality that tells types and signs apart, and finds a NaN equal to itself."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [*a] == [*b] and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and repr(a) == repr(b)


@settings(deadline=None, max_examples=100)
@given(records=st.lists(st.dictionaries(own_keys, values), max_size=3))
def test_records_come_back_as_they_were(scratch, records):
    path = scratch()
    write(path, *records)
    expected = [{"writer": "main", **record} for record in records]
    found = read(path)
    assert same(found.records, expected)
    assert (found.header, found.n_torn, found.n_damaged) == (HEADER, 0, 0)
    with Journal(path, HEADER) as journal:
        assert same(journal.records, expected)


@settings(deadline=None, max_examples=50)
@given(value=values)
def test_header_comes_back_as_it_was_and_fits_itself(scratch, value):
    path = scratch()
    header = {"fingerprint": {"X": value}, "else": value}
    write(path, {}, header=header)
    write(path, {}, header=header)
    assert same(read(path).header, header)
    assert len(read(path).records) == 2


def test_every_line_is_strict_json_that_ends_in_its_checksum(path):
    write(path, {"a": math.nan, "b": [{"c": (-math.inf, math.inf)}]}, {"ü\n\u2028": "\ud800\0"})
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    for line in lines:
        fields = strict(line)
        assert [*fields][-1] == "crc"
        body = line[: line.rindex(b',"crc"')] + b"}"
        assert fields["crc"] == f"{zlib.crc32(body):08x}"
    assert strict(lines[1])["b"] == [{"c": [{"$float": "-inf"}, {"$float": "inf"}]}]


def test_lines_may_be_longer_than_a_page(path):
    write(path, {"text": "é" * 500_000}, {"n": 1})
    assert [len(record.get("text", "")) for record in read(path).records] == [500_000, 0]


def test_any_mapping_will_do(path):
    write(path, MappingProxyType({"a": MappingProxyType({"b": 1})}))
    assert read(path).records == [{"writer": "main", "a": {"b": 1}}]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"params": {"C": np.int64(3)}}, r"^record\['params'\]\['C'\] should be .* numpy\.int64"),
        ({"a": [1, np.bool_(True)]}, r"^record\['a'\]\[1\] should be .* numpy\.bool"),
        ({"a": np.zeros(1)}, r"^record\['a'\] should be .* numpy\.ndarray"),
        ({"a": {1: 2}}, r"^record\['a'\] should have strings for keys, got 1"),
        ({"a": b"bytes"}, r"^record\['a'\] should be .* builtins\.bytes"),
    ],
)
def test_what_json_cannot_express_is_refused_where_it_stands(path, record, message):
    with Journal(path, HEADER) as journal:
        with pytest.raises(TypeError, match=message):
            journal.append(record)
        journal.append({"n": 0})
    assert numbers(path) == [0]


@pytest.mark.parametrize("key", ["writer", "crc"])
def test_own_keys_are_refused(path, key):
    with Journal(path, HEADER) as journal, pytest.raises(ValueError, match=f"the key '{key}'"):
        journal.append({key: "x"})


# -- what a file may look like -------------------------------------------------------------------


def test_missing_file(path):
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*search\.jsonl'"):
        read(path)
    assert not path.exists()


@pytest.mark.parametrize("use", [read, lambda path: Journal(path, HEADER)])
def test_missing_directory(tmp_path, use):
    with pytest.raises(FileNotFoundError, match=r"journal '.*': the directory '.*nowhere' does"):
        use(tmp_path / "nowhere" / "search.jsonl")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("use", [read, lambda path: Journal(path, HEADER)])
def test_directory(tmp_path, use):
    with pytest.raises(ValueError, match=r"should name a file, got '"):
        use(tmp_path)


@pytest.mark.parametrize("use", [read, lambda path: Journal(path, HEADER)])
@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"no newline", b'{"json": true}\n', b"\x80\x04pickle\n\xff", b"\n"],
)
def test_what_is_no_journal_is_left_alone(path, use, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"search\.jsonl' is not a journal"):
        use(path)
    assert path.read_bytes() == content
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="may read everything")
@pytest.mark.parametrize("use", [read, lambda path: Journal(path, HEADER)])
def test_file_that_may_not_be_read(path, use):
    write(path)
    path.chmod(0)
    with pytest.raises(ValueError, match=r"search\.jsonl' may not be opened"):
        use(path)


def test_empty_file_is_a_journal_without_a_header(path):
    path.touch()
    assert read(path) == JournalFile(None, [], 0, 0)
    write(path, {"n": 0})
    assert read(path).header == HEADER


def test_reading_writes_nothing(path):
    write(path, {"n": 0})
    with path.open("ab") as file:
        file.write(b'{"writer"')
    before = path.read_bytes()
    assert read(path).n_torn == 1
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


def test_torn_at_every_byte_then_healed_then_appended(path):
    write(path, {"n": 0}, {"n": 1, "text": "ü" * 20})
    whole = path.read_bytes()
    second = whole.rindex(b"\n", 0, -1) + 1
    for end in range(second, len(whole)):
        path.write_bytes(whole[:end])
        assert (numbers(path), read(path).n_torn) == ([0], int(end > second))
        with Journal(path, HEADER) as journal:
            assert [record["n"] for record in journal.records] == [0]
            journal.append({"n": 2})
        assert (numbers(path), read(path).n_torn, read(path).n_damaged) == ([0, 2], 0, 0)


def test_header_torn_at_every_byte_is_written_anew(path):
    write(path)
    header = path.read_bytes()
    for end in range(len(header)):
        path.write_bytes(header[:end])
        assert read(path) == JournalFile(None, [], int(end > 0), 0)
        write(path)
        assert path.read_bytes() == header


def test_torn_line_longer_than_a_block_is_healed(path):
    write(path, {"n": 0})
    with path.open("ab") as file:
        file.write(b'{"writer":"main","text":"' + b"x" * 300_000)
    write(path, {"n": 1})
    assert numbers(path) == [0, 1]
    assert path.stat().st_size < 1000


@pytest.mark.parametrize("damage", [b"?", b"\n", b"\0", b"\xff"])
def test_damaged_line_is_skipped_and_counted(path, damage):
    write(path, {"n": 0}, {"n": 1}, {"n": 2})
    content = path.read_bytes()
    place = content.index(b'"n":1') + 2
    path.write_bytes(content[:place] + damage + content[place + 1 :])
    found = read(path)
    assert [record["n"] for record in found.records] == [0, 2]
    assert (found.n_torn, found.n_damaged) == (0, 2 if damage == b"\n" else 1)
    write(path, {"n": 3})
    assert numbers(path) == [0, 2, 3]


@pytest.mark.parametrize("place", [0, 40])
def test_damaged_header_bars_continuing_but_not_reading(path, place):
    write(path, {"n": 0})
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    found = read(path)
    assert (found.header, found.n_damaged, numbers(path)) == (None, 1, [0])
    with pytest.raises(ValueError, match=r"search\.jsonl"):
        Journal(path, HEADER)
    assert path.read_bytes() == content


def test_header_in_the_middle_is_no_record(path):
    write(path, {"n": 0})
    path.write_bytes(2 * path.read_bytes())
    assert (numbers(path), read(path).n_damaged) == ([0, 0], 1)


# -- whose journal it is -------------------------------------------------------------------------


def test_mismatch_names_every_field_and_both_values(path):
    write(path, {"n": 0}, header={"fingerprint": {"X": "ab12", "y": "ef", "old": 1, "seed": 3}})
    before = path.read_bytes()
    with pytest.raises(JournalMismatch) as caught:
        Journal(path, {"fingerprint": {"X": "cd34", "y": ["ef"], "new": None, "seed": 3}})
    message = str(caught.value)
    assert "search.jsonl" in message
    assert 'X is "ab12" in the journal and "cd34" in this search' in message
    assert 'y is "ef" in the journal and ["ef"] in this search' in message
    assert "old is 1 in the journal and absent in this search" in message
    assert "new is absent in the journal and null in this search" in message
    assert "seed" not in message
    assert [*caught.value.differences] == ["X", "y", "old", "new"]
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


def test_mismatch_is_a_value_error_of_ours_and_can_be_pickled():
    error = pickle.loads(pickle.dumps(JournalMismatch("X differs", {"X": ("1", "2")})))
    assert isinstance(error, ValueError)
    assert isinstance(error, SkhpoError)
    assert (str(error), error.differences) == ("X differs", {"X": ("1", "2")})


def test_what_is_not_in_the_fingerprint_may_differ(path):
    write(path, {"n": 0})
    write(path, {"n": 1}, header={"fingerprint": HEADER["fingerprint"], "versions": ["2.0"]})
    assert (numbers(path), read(path).header) == ([0, 1], HEADER)


def test_order_and_sequence_type_in_the_fingerprint_do_not_matter(path):
    write(path, header={"fingerprint": {"a": (1, math.nan), "b": {"x": 1, "y": 2}}})
    write(path, header={"fingerprint": {"b": {"y": 2, "x": 1}, "a": [1, math.nan]}})


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("X", "header should be a dict, got 'X'"),
        ({"fingerprint": "X"}, r"header\['fingerprint'\] should be a dict, got 'X'"),
        ({"fingerprint": {"X": np.int64(1)}}, r"header\['fingerprint'\]\['X'\] should be"),
    ],
)
def test_bad_header(path, header, message):
    with pytest.raises(TypeError, match=message):
        Journal(path, header)
    assert not path.exists()


# -- one writer ----------------------------------------------------------------------------------


def test_records_are_what_stood_there_at_opening(path):
    with Journal(path, HEADER) as journal:
        journal.append({"n": 0})
        assert journal.records == []


def test_append_is_in_the_file_when_it_returns(path):
    with Journal(path, HEADER) as journal:
        for n in range(5):
            journal.append({"n": n})
            assert numbers(path) == [*range(n + 1)]


def test_appends_do_not_keep_memory(path):
    with Journal(path, HEADER) as journal:
        journal.append({"text": "x" * 1000})
        tracemalloc.start()
        for n in range(1000):
            journal.append({"n": n, "text": "x" * 1000})
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 50_000


def test_closing_twice_is_harmless_and_appending_then_is_refused(path):
    journal = Journal(path, HEADER)
    journal.close()
    journal.close()
    with pytest.raises(ValueError, match=r"search\.jsonl' is closed"):
        journal.append({"n": 0})
    assert [*path.parent.iterdir()] == [path]


def test_sync_flushes_each_append(path, monkeypatch):
    flushed = []
    name = "fdatasync" if hasattr(os, "fdatasync") else "fsync"
    monkeypatch.setattr(os, name, flushed.append)
    with Journal(path, HEADER, sync=True) as journal:
        flushed.clear()
        journal.append({"n": 0})
        journal.append({"n": 1})
        assert len(flushed) == 2
    with Journal(path, HEADER) as journal:
        journal.append({"n": 2})
    assert len(flushed) == 2


def test_path_is_fixed_at_opening(path, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(path.parent)
    with Journal(path.name, HEADER) as journal:
        monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
        journal.append({"n": 0})
    assert journal.path == path.resolve()
    assert [*path.parent.iterdir()] == [path]


def test_short_write_is_continued(path, monkeypatch):
    whole = os.write
    with Journal(path, HEADER) as journal, monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda fd, data: whole(fd, data[:7]))
        journal.append({"n": 0, "text": "x" * 100})
    assert numbers(path) == [0]


def test_a_write_that_fails_half_way_leaves_the_file_as_it_was(path, monkeypatch):
    whole = os.write

    def half_then_full(descriptor, data):
        if len(data) < 50:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(descriptor, data[: len(data) // 2])

    with Journal(path, HEADER) as journal:
        journal.append({"n": 0})
        before = path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", half_then_full)
            with pytest.raises(OSError, match="No space left"):
                journal.append({"n": 1, "text": "x" * 100})
        assert path.read_bytes() == before
        journal.append({"n": 2})
    assert numbers(path) == [0, 2]


def test_a_lock_file_that_vanished_before_it_was_locked_gives_no_ownership(path, monkeypatch):
    lock, tries = module._lock, []

    def too_late(descriptor, *, wait=True):
        if not tries:  # the owner of before removes it just now
            path.with_name(path.name + ".lock").unlink()
        tries.append(descriptor)
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(module, "_lock", too_late)
    with Journal(path, HEADER) as journal:
        assert journal.is_owner
        assert path.with_name(path.name + ".lock").exists()  # one that bars others
        with Journal(path, HEADER) as second:
            assert not second.is_owner


@unix
def test_full_disk_leaves_the_file_as_it_was(path):
    code = """
        import resource
        with Journal(sys.argv[1], HEADER) as journal:
            journal.append({"n": 0})
            size = os.path.getsize(sys.argv[1])
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))
            try:
                journal.append({"n": 1, "text": "x" * 1000})
            except OSError as error:
                print(os.path.getsize(sys.argv[1]) == size)
            journal.append({"n": 2})
    """
    assert finish(start(code, path)) == "True\n"
    assert numbers(path) == [0, 2]


def test_threads_may_share_a_journal(path):
    with Journal(path, HEADER) as journal:

        def work(k):
            for i in range(100):
                journal.append({"n": 100 * k + i, "text": "x" * i})

        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(numbers(path)) == [*range(400)]


# -- several writers -----------------------------------------------------------------------------

APPEND = """
    with Journal(sys.argv[1], HEADER) as journal:
        print(journal.is_owner, journal.writer, flush=True)
        sys.stdin.readline()
        for i in range(500):
            journal.append({"n": i, "text": "x" * (i % 50 * 200)})
"""


def test_two_writers_lose_nothing_and_double_nothing(path):
    processes = [start(APPEND, path) for _ in range(2)]
    greetings = [process.stdout.readline().split() for process in processes]
    for process in processes:
        finish(process, "\n")
    found = read(path)
    assert (found.n_torn, found.n_damaged, len(found.records)) == (0, 0, 1000)
    assert sorted(owner for owner, _ in greetings) == ["False", "True"]
    for _, writer in greetings:
        written = [record["n"] for record in found.records if record["writer"] == writer]
        assert written == [*range(500)]
    assert dict(greetings)["True"] == "main"


def test_reading_while_another_writes(path):
    process = start(APPEND, path)
    process.stdout.readline()
    process.stdin.write("\n")
    process.stdin.flush()
    n_before = 0
    while process.poll() is None:
        found = read(path)
        if found.n_damaged:  # a line that was being written: reading takes no lock
            continue
        assert [record["n"] for record in found.records] == [*range(len(found.records))]
        assert len(found.records) >= n_before
        n_before = len(found.records)
    finish(process)
    assert len(read(path).records) == 500


def test_first_is_the_owner_until_it_closes(path):
    with Journal(path, HEADER) as first, Journal(path, HEADER) as second:
        assert (first.is_owner, first.writer) == (True, "main")
        assert not second.is_owner
        with Journal(path, HEADER) as third:
            assert len({first.writer, second.writer, third.writer}) == 3
        first.append({"n": 0})
        second.append({"n": 1})
        first.close()
        assert not second.is_owner
        with Journal(path, HEADER) as fourth:
            assert fourth.is_owner
            assert [r["writer"] for r in fourth.records] == ["main", second.writer]
    assert [*path.parent.iterdir()] == [path]


def test_failed_opening_gives_up_the_ownership(path):
    write(path)
    with pytest.raises(JournalMismatch):
        Journal(path, {"fingerprint": {}})
    with Journal(path, HEADER) as journal:
        assert journal.is_owner


def test_owner_whose_lock_file_was_removed_does_not_remove_another_s(path):
    first = Journal(path, HEADER)
    lock = path.with_name(path.name + ".lock")
    lock.unlink()
    with Journal(path, HEADER) as second:
        assert second.is_owner
        first.close()
        assert lock.exists()


HOLD = """
    journal = Journal(sys.argv[1], HEADER)
    print(journal.is_owner, flush=True)
    sys.stdin.readline()
"""


@unix
def test_ownership_ends_when_the_owner_is_killed(path):
    process = start(HOLD, path)
    assert process.stdout.readline() == "True\n"
    with Journal(path, HEADER) as journal:
        assert not journal.is_owner
    kill(process)
    with Journal(path, HEADER) as journal:
        assert (journal.is_owner, journal.writer) == (True, "main")
    assert [*path.parent.iterdir()] == [path]


HALF = """
    journal = Journal(sys.argv[1], HEADER)
    journal.append({"n": 0})
    whole = os.write

    def half(descriptor, line):
        whole(descriptor, line[: len(line) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    os.write = half
    sys.stdin.readline()
    journal.append({"n": 1, "text": "x" * 10_000})
"""


@unix
def test_half_line_of_a_dead_writer_is_not_glued_to_the_next(path):
    process = start(HALF, path)
    while not path.exists() or not read(path).records:
        time.sleep(0.01)
    with Journal(path, HEADER) as journal:
        journal.append({"n": 2})
        process.communicate("\n")
        assert process.returncode == -9
        assert (numbers(path), read(path).n_torn) == ([0, 2], 1)
        journal.append({"n": 3})
    found = read(path)
    assert (numbers(path), found.n_torn, found.n_damaged) == ([0, 2, 3], 0, 0)


# -- fork ----------------------------------------------------------------------------------------

FORK = """
    with Journal(sys.argv[1], HEADER) as journal:
        journal.append({"n": 0})
        child = os.fork()
        if child == 0:
            journal.append({"n": 1})
            print(journal.is_owner, journal.writer == "main", flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        journal.append({"n": 2})
        print(journal.is_owner, journal.writer == "main", os.path.exists(sys.argv[1] + ".lock"))
"""


@unix
def test_forked_child_is_a_writer_of_its_own(path):
    assert finish(start(FORK, path)) == "False False\nTrue True True\n"
    assert numbers(path) == [0, 1, 2]
    assert Counter(record["writer"] == "main" for record in read(path).records)[True] == 2


FORK_MANY = """
    with Journal(sys.argv[1], HEADER) as journal:
        children = [os.fork() for _ in range(2)]
        k = 2 * children.index(0) + 1 if 0 in children else 0
        for i in range(200):
            journal.append({"n": 1000 * k + i, "text": "x" * (20 * i)})
    if 0 not in children:
        for child in children:
            os.waitpid(child, 0)
"""


@unix
def test_forked_processes_write_at_the_same_time(path):
    finish(start(FORK_MANY, path))
    counts = Counter(numbers(path))
    assert set(counts) == {1000 * k + i for k in (0, 1, 3) for i in range(200)}
    assert read(path).n_damaged == 0
    assert [*path.parent.iterdir()] == [path]


FORK_LOCKED = """
    journal = Journal(sys.argv[1], HEADER)
    inside, whole = threading.Event(), module._write

    def hang(file, line):
        inside.set()
        time.sleep(60)

    module._write = hang
    threading.Thread(target=journal.append, args=({"n": 0},), daemon=True).start()
    inside.wait()
    module._write = whole
    child = os.fork()
    if child == 0:
        sys.stdin.readline()  # by then the parent is dead
        journal.append({"n": 1})
        print("done", flush=True)
        os._exit(0)
    print("forked", flush=True)
    os.waitpid(child, 0)
"""


@unix
def test_child_forked_in_the_middle_of_an_append_holds_no_lock_of_the_dead_parent(path):
    process = start(FORK_LOCKED, path)
    assert process.stdout.readline() == "forked\n"
    process.kill()
    process.wait()
    for _ in range(50):  # the child may need a moment to drop what it inherited
        with Journal(path, HEADER) as journal:
            if journal.is_owner:
                break
        time.sleep(0.1)
    with Journal(path, HEADER) as journal:
        assert journal.is_owner
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"
        journal.append({"n": 2})
    process.communicate()
    assert numbers(path) == [1, 2]


# -- where there are no locks --------------------------------------------------------------------


@unix
def test_file_system_without_locks_is_said_once(path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(module.errno.ENOLCK, "no locks available")

    monkeypatch.setattr(module.fcntl, "flock", refuse)
    module._warn_unlocked.cache_clear()
    with pytest.warns(RuntimeWarning, match="only one process may write") as caught:
        write(path, {"n": 0}, {"n": 1})
    assert len(caught) == 1
    assert numbers(path) == [0, 1]


@unix
def test_other_errors_of_a_lock_are_not_hidden(path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(module.errno.EIO, "input/output error")

    with Journal(path, HEADER) as journal, monkeypatch.context() as patch:
        patch.setattr(module.fcntl, "flock", refuse)
        with pytest.raises(OSError, match="input/output error"):
            journal.append({"n": 0})
    assert numbers(path) == []
