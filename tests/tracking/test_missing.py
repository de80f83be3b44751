"""A package that is not there is named before anything is evaluated."""

import copy
import pickle
import sys

import pytest
from sklearn.base import clone

from skhpo import tracking
from tests.tracking._searches import ENDS, X, search_with

PACKAGES = {"MLflow": "mlflow", "WandB": "wandb", "TensorBoard": "tensorboardX"}


@pytest.mark.parametrize("name", tracking.__all__)
def test_a_missing_package_is_named_before_anything_is_evaluated(name, monkeypatch):
    monkeypatch.setitem(sys.modules, PACKAGES[name], None)
    search = search_with(getattr(tracking, name)(), ps=[ENDS])
    match = rf'{name} needs {PACKAGES[name]}: pip install "skhpo\[{name.lower()}\]"'
    with pytest.raises(ImportError, match=match):
        search.fit(X)


@pytest.mark.parametrize(
    ("tracker", "text"),
    [
        (tracking.MLflow("a", run_name="b"), "MLflow(experiment='a', run_name='b')"),
        (tracking.WandB(mode="offline"), "WandB(project='skhpo', mode='offline')"),
        (tracking.TensorBoard("runs"), "TensorBoard(directory='runs')"),
    ],
)
def test_copies_have_the_settings_and_not_the_run(tracker, text):
    tracker._run = open  # stands for what cannot be copied
    search = search_with(tracker)
    copies = [copy.deepcopy(tracker), pickle.loads(pickle.dumps(tracker)), clone(search).callbacks]
    for twin in copies:
        assert twin is not tracker
        assert repr(twin) == text
        assert not hasattr(twin, "_run")
    assert text in repr(search)
