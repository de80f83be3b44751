"""What a notebook shows of a search: scikit-learn's diagram, and a summary once it is fitted."""

import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn import config_context
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_html_repr

from skhpo import HyperbandSearchCV, Integer, RandomSearchCV, Real
from skhpo.reports._notebook import summary
from tests.reports._hostile import EVIL

SEARCH = {"n_iter": 12, "cv": 3, "random_state": 0}


class Reader(HTMLParser):
    """Collects elements, and the texts of cells."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("br", "img", "meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)


@pytest.fixture(scope="module")
def search():
    space = {"max_depth": Integer(1, 9), "ccp_alpha": Real(0, 0.1)}
    return RandomSearchCV(DecisionTreeClassifier(), space, **SEARCH).fit(
        *load_iris(return_X_y=True)
    )


def test_unfitted_is_as_scikit_learn_shows_it():
    search = RandomSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]})
    assert "skhpo-summary" not in search._repr_html_()
    assert "skhpo-summary" not in search._repr_mimebundle_()["text/html"]


def test_fitted_has_the_diagram_and_the_summary_once(search):
    for page in (search._repr_html_(), search._repr_mimebundle_()["text/html"]):
        assert page.count('class="skhpo-summary"') == 1
        assert page.index("sk-top-container") < page.index('class="skhpo-summary"')
    assert "skhpo-summary" not in estimator_html_repr(search)


def test_says_what_the_search_says(search):
    page = Reader(summary(search))
    assert page.open == []
    text = " ".join(page.texts)
    best, results = search.best_index_, search.cv_results_
    assert f"{search.best_score_:.5g}" in text
    assert f"std of splits {results['std_test_score'][best]:.2g}" in text
    assert f"max_depth = {search.best_params_['max_depth']}" in text
    assert "12, 36 fits" in text
    assert search.stop_reason_ in text
    top = np.argsort(-results["mean_test_score"], kind="stable")[:5]
    rows = [page.texts[page.texts.index("row") + 4 :][4 * i] for i in range(5)]
    assert rows == [str(row) for row in top]


def test_the_curve_rises_to_the_best(search):
    points = dict(Reader(summary(search)).attributes)["points"].split()
    y = [float(point.partition(",")[2]) for point in points]
    assert y == sorted(y, reverse=True)  # of an image the origin is on top
    means = search.cv_results_["mean_test_score"]
    n_rises = int((np.diff(np.maximum.accumulate(means)) > 0).sum())
    assert len({*y}) == n_rises + 1


def test_nothing_that_was_searched_becomes_code(hostile):
    page = Reader(summary(hostile[0]))
    assert {*page.tags} <= {
        "div", "style", "table", "tr", "th", "td", "thead", "tbody", "code", "br",
        "figure", "figcaption", "svg", "path", "polyline",
    }  # fmt: skip
    assert not any(name.startswith("on") or name in ("href", "src") for name, _ in page.attributes)
    assert any(EVIL[:20] in text for text in page.texts)
    assert any("failed" in text for text in page.texts)


def test_text_is_text(search):
    with config_context(display="text"):
        assert not hasattr(search, "_repr_html_")
        assert set(search._repr_mimebundle_()) == {"text/plain"}


class Nameless:
    def __repr__(self):
        raise RuntimeError("no name")


def test_a_broken_state_is_shown_as_scikit_learn_does(search):
    X, y = load_iris(return_X_y=True)
    broken = RandomSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, n_iter=2).fit(X, y)
    for results in ({}, None, {"params": [{"a": Nameless()}], "mean_test_score": np.ones(1)}):
        broken.cv_results_ = results
        assert "skhpo-summary" not in broken._repr_html_()
        assert "sk-top-container" in broken._repr_mimebundle_()["text/html"]


def test_rungs_and_several_scores():
    X, y = load_iris(return_X_y=True)
    space = {"C": Real(1e-2, 1e2, log=True)}
    search = HyperbandSearchCV(
        SVC(), space, random_state=0, cv=2,
        scoring=["accuracy", "f1_macro"], refit="f1_macro",
    ).fit(X, y)  # fmt: skip
    text = " ".join(Reader(summary(search)).texts)
    assert "best f1_macro" in text
    assert f"{search.best_score_:.5g}" in text


def test_takes_searches_of_scikit_learn_too():
    search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2, 3]}, cv=2)
    assert "3, 6 fits" in summary(search.fit(*load_iris(return_X_y=True)))


def test_a_thousand_candidates_are_no_longer_than_ten(search):
    rng = np.random.default_rng(0)
    n = 1000
    results = {
        "params": [{"C": float(c)} for c in rng.uniform(size=n)],
        **{f"{part}_test_score": rng.uniform(size=n) for part in ("mean", "split0", "split1")},
        **{f"mean_{part}_time": rng.uniform(size=n) for part in ("fit", "score")},
    }
    page = summary(results)
    assert "1000, 2000 fits" in page
    assert len(page) < 4000


def test_imports_no_matplotlib():
    code = "import sys, skhpo.reports._notebook; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
