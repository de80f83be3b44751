"""A store keeps within its bytes, and what is in use."""

import numpy as np

from skhpo.evaluation._prefix_store import Part, Store

ROW = np.zeros(10)  # 80 bytes


def filled(n, limit):
    store = Store(limit=limit, hope=8)
    for i in range(n):
        store.clock += 1
        store.put(i, ROW)
    return store


def test_gives_back_a_copy_of_what_was_put():
    row = ROW.copy()
    store = Store(limit=1000, hope=8)
    store.put("a", row, ("step",))
    row += 1
    entry = store.get("a")
    np.testing.assert_array_equal(entry.data, ROW)
    assert entry.fitted == ("step",)
    assert "a" in store
    assert store.get("b") is None


def test_never_more_than_its_limit():
    store = filled(20, limit=400)
    assert store.size <= 400
    store.put("large", np.zeros(100))
    assert "large" not in store


def test_what_is_in_use_stays():
    store = filled(5, limit=400)
    for i in range(5, 40):  # goes round more than there is room for
        store.clock += 1
        store.put(i, ROW)
        store.get(0)
    assert 0 in store
    assert 1 not in store


def test_going_round_finds_as_much_as_there_is_room_for():
    store, hits = Store(limit=400, hope=8), 0
    for _ in range(10):
        for i in range(8):
            store.clock += 1
            if store.get(i) is None:
                store.put(i, ROW)
            else:
                hits += 1
    assert hits == 9 * 5


def test_what_is_worth_keeping():
    store = Store(limit=400, hope=2)
    assert store.is_worth_keeping("whole", is_last=True)
    assert not store.is_worth_keeping("part", is_last=False)
    assert store.is_worth_keeping("part", is_last=False)
    store.misses = 3
    assert not store.is_worth_keeping("another", is_last=True)
    assert store.is_worth_keeping("another", is_last=True)
    store.hits = 1
    assert store.is_worth_keeping("a third", is_last=True)


def test_rows_of_a_split_are_taken_once():
    X = np.arange(20.0).reshape(10, 2)
    part = Part(Store(limit=1000, hope=8), X, 0, train=np.arange(8), test=np.array([8, 9]))
    rows = part.input([], "test")
    np.testing.assert_array_equal(rows, X[8:])
    assert part.input([], "test") is part.input([], "test")
    assert part.input(["key"], "test") is None
