"""A network of PyTorch, by skorch, in a search."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import HyperbandSearchCV, RandomSearchCV

torch = pytest.importorskip("torch")
skorch = pytest.importorskip("skorch")

X, Y = make_classification(200, n_features=6, n_informative=4, random_state=0)
X, Y = X.astype(np.float32), Y.astype(np.int64)


class Net(torch.nn.Module):
    def __init__(self, n_hidden=4):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(6, n_hidden), torch.nn.ReLU(), torch.nn.Linear(n_hidden, 2)
        )

    def forward(self, X):
        return self.layers(X)


def network():
    torch.manual_seed(0)
    return skorch.NeuralNetClassifier(
        Net, criterion=torch.nn.CrossEntropyLoss, max_epochs=10, lr=0.1, verbose=0,
        train_split=None, optimizer=torch.optim.Adam,
    )  # fmt: skip


def test_the_module_and_the_training_are_searched():
    space = {"lr": (1e-3, 0.3, "log-uniform"), "module__n_hidden": (2, 32)}
    search = RandomSearchCV(network(), space, n_iter=5, cv=2, random_state=0).fit(X, Y)
    assert (search.cv_results_["status"] == "ok").all()
    assert search.best_score_ > 0.7
    layer = search.best_estimator_.module_.layers[0]
    assert layer.out_features == search.best_params_["module__n_hidden"]


def test_hyperband_over_epochs_behind_a_scaler():
    model = make_pipeline(StandardScaler(), network())
    space = {"neuralnetclassifier__lr": (1e-3, 0.3, "log-uniform")}
    search = HyperbandSearchCV(
        model, space, resource="neuralnetclassifier__max_epochs", min_resources=2,
        max_resources=8, factor=2, method="halving", n_iter=4, cv=2, random_state=0,
    ).fit(X, Y)  # fmt: skip
    assert {*search.cv_results_["n_resources"]} == {2, 4, 8}
    assert len(search.best_estimator_[-1].history) == 8
