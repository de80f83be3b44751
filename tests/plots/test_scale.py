"""What the values of a parameter are called in a plot."""

from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhpo.plots._scale import read_scale


def test_estimators_are_called_by_their_class():
    values = [LogisticRegression(max_iter=1000), SVC(C=2.0), "passthrough"]
    scale = read_scale([{"model": value} for value in values], "model")
    assert scale.texts == ("LogisticRegression", "SVC", "passthrough")


def test_estimators_of_one_class_are_told_apart():
    scale = read_scale([{"model": SVC(C=1.5)}, {"model": SVC(C=2.0)}], "model")
    assert scale.texts == ("SVC(C=1.5)", "SVC(C=2.0)")


def test_a_text_that_looks_like_a_class_is_another_value():
    scale = read_scale([{"model": SVC(C=2.0)}, {"model": "SVC"}], "model")
    assert len(scale.texts) == 2
