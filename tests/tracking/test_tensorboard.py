"""``TensorBoard``: what is written is read with TensorBoard's own reader."""

import numpy as np
import pytest

from skhpo.tracking import TensorBoard
from tests.tracking._searches import FAILS, X, end_unprintably, search_with

pytest.importorskip("tensorboardX")
accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
hparams = pytest.importorskip("tensorboard.plugins.hparams.plugin_data_pb2")


def read(folder):
    events = accumulator.EventAccumulator(str(folder))
    return events.Reload()


def session(folder):
    [content] = [
        content
        for tag, content in read(folder).PluginTagToContent("hparams").items()
        if tag.endswith("session_start_info")
    ]
    return hparams.HParamsPluginData.FromString(content).session_start_info.hparams


def text(events, tag):
    return events.Tensors(f"{tag}/text_summary")[0].tensor_proto.string_val[0].decode()


def test_a_search(tmp_path):
    with pytest.warns(match="fits failed"):
        search = search_with(TensorBoard(tmp_path), ps=[1, FAILS, 3], text="a | b").fit(X)
    events = read(tmp_path)
    numbers = [i for i, s in enumerate(search.cv_results_["status"]) if s == "ok"]
    points = events.Scalars("score")
    assert [point.step for point in points] == numbers
    means = search.cv_results_["mean_test_score"]
    np.testing.assert_allclose([point.value for point in points], means[numbers])
    assert events.Scalars("best_score")[-1].value == search.best_score_
    folders = {folder.name for folder in tmp_path.iterdir() if folder.is_dir()}
    assert folders == {f"candidate_{i}" for i in numbers}
    for i in numbers:
        values = session(tmp_path / f"candidate_{i}")
        assert values["p"].number_value == means[i]
        assert values["text"].string_value == "a | b"
        [point] = read(tmp_path / f"candidate_{i}").Scalars("hparam/score")
        assert point.value == means[i]
    assert "| n_rows | 9 |" in text(events, "search")
    assert "| text | a &#124; b |" in text(events, "result")
    assert f"| best_score | {search.best_score_} |" in text(events, "result")


def test_the_files_are_closed_when_the_end_cannot_be_written(tmp_path):
    tracker = TensorBoard(tmp_path)
    end_unprintably(tracker)
    assert vars(tracker) == {"directory": tmp_path, "_best": tracker._best}
    assert "| n_rows | 9 |" in text(read(tmp_path), "search")
