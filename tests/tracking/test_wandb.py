"""``WandB`` without network and account: what is written is read from its file."""

import json
import struct
import time

import pytest

from skhpo.tracking import WandB
from tests.tracking._searches import ENDS, FAILS, LONG, X, end_unprintably, search_with

wandb = pytest.importorskip("wandb")

BLOCK, HEADER = 32768, 7


def records(folder):
    """Return the records of an offline run: protocol buffers in a log like LevelDB's."""
    from wandb.proto.wandb_internal_pb2 import Record

    [path] = folder.glob("wandb/offline-run-*/*.wandb")
    data, place, parts = path.read_bytes(), HEADER, b""
    while place + HEADER <= len(data):
        if BLOCK - place % BLOCK < HEADER:
            place += BLOCK - place % BLOCK
        _, length, kind = struct.unpack_from("<IHB", data, place)
        place += HEADER
        parts += data[place : place + length]
        place += length
        if kind in (1, 4):  # whole, or the last part
            yield Record.FromString(parts)
            parts = b""


def whole(folder):
    """Return the records as soon as the last is written, which another process does."""
    for _ in range(100):
        found = [*records(folder)]
        if any(record.WhichOneof("record_type") == "exit" for record in found):
            break
        time.sleep(0.1)
    return found


def items(entries):
    return {e.key or "/".join(e.nested_key): json.loads(e.value_json) for e in entries}


class Run:
    def __init__(self, folder):
        self.steps, self.summary, self.config, self.exit_code = [], {}, {}, None
        for record in whole(folder):
            kind = record.WhichOneof("record_type")
            if kind == "history":
                self.steps.append(items(record.history.item))
            elif kind == "summary":
                self.summary |= items(record.summary.update)
            elif kind == "run":
                self.config |= items(record.run.config.update)
            elif kind == "exit":
                self.exit_code = record.exit.exit_code


def test_a_search(tmp_path):
    with pytest.warns(match="fits failed"):
        search = search_with(WandB(mode="offline", directory=tmp_path), ps=[1, FAILS, 3]).fit(X)
    run, results = Run(tmp_path), search.cv_results_
    assert run.exit_code == 0
    assert run.config["n_iter"] == 3
    assert run.config["data"]["n_rows"] == 9
    steps = [step for step in run.steps if "candidate" in step]
    assert [step["candidate"] for step in steps] == [0, 1, 2]
    assert [step["status"] for step in steps] == [*results["status"]]
    assert [step["params/p"] for step in steps] == [p["p"] for p in results["params"]]
    for row, step in enumerate(steps):
        if step["status"] == "ok":
            assert step["score"] == step["split1_score"] == results["mean_test_score"][row]
        else:
            assert step["error"] == "is | not allowed"
            assert "score" not in step
    assert run.summary["best_score"] == 3
    assert run.summary["best_params"] == {"p": 3, "text": LONG}
    assert run.summary["stop_reason"] == search.stop_reason_
    [table] = tmp_path.glob("wandb/offline-run-*/files/media/table/*.json")
    table = json.loads(table.read_text())
    assert table["columns"][:2] == ["candidate", "status"]
    assert [row[1] for row in table["data"]] == [*results["status"]]


def test_the_run_is_finished_whatever_ends_the_search(tmp_path):
    search = search_with(WandB(mode="offline", directory=tmp_path), ps=[2, 3, ENDS], text="a")
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    run = Run(tmp_path)
    assert run.exit_code == 1
    assert run.summary["best_params"] == {"p": 3, "text": "a"}
    assert run.summary["stop_reason"] == "interrupted"


def test_the_run_is_finished_when_its_end_cannot_be_written(tmp_path):
    end_unprintably(WandB(mode="offline", directory=tmp_path))
    assert Run(tmp_path).exit_code == 0
