"""A report says what the search found, and nothing in it runs that is not ours."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import skhpo
from skhpo import HyperbandSearchCV, Integer, RandomSearchCV, report
from skhpo.reports import _leaderboard, _plots
from skhpo.reports._estimator import _Reader
from skhpo.reports._html import Html, join, tag
from tests.plots._searches import search as synthetic
from tests.reports._hostile import EVIL

X, y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(random_state=0)
SPACE = {"max_depth": Integer(1, 6), "min_samples_leaf": Integer(1, 30)}


class Page(HTMLParser):
    """What a browser would make of a page: elements, their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.scripts, self.policy = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"]

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script" and not self.scripts[-1]:
            self.scripts[-1] = data
        self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


def read(path):
    return Page(path.read_text(encoding="utf-8"))


def assert_harmless(page):
    """One script, ours; no handlers; nothing that is loaded; the policy allows nothing else."""
    assert len(page.scripts) == 1
    digest = b64encode(sha256(page.scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none';")
    for name, attributes in page.tags:
        assert name not in {"link", "iframe", "object", "embed", "base", "form"}
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "data", "href"):
            value = attributes.get(key) or ""
            is_link = name == "a" and value.startswith("https://scikit-learn.org/")
            assert value.startswith(("data:image/png;base64,", "#")) or is_link or not value


# -- escaping ----------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_text_stays_text(content, attribute):
    page = Page(tag("p", content, title=attribute))
    assert [name for name, _ in page.tags] == ["p"]
    bad = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
    shown = "".join(page.texts)
    assert shown.replace("\r", "") == bad.sub("�", content).replace("\r", "")
    assert (page.tags[0][1]["title"] or "").replace("\r", "") == bad.sub("�", attribute).replace(
        "\r", ""
    )


def test_only_html_is_html():
    assert join(["<b>", Html("<i>")]) == "&lt;b&gt;<i>"


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<script>x()</script><b>a</b>", "<b>a</b>"),
        ("<a href='javascript:x()'>a</a>", "<a>a</a>"),
        ("<a href='https://scikit-learn.org/'>a</a>", '<a href="https://scikit-learn.org/">a</a>'),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<style>#a > b {}</style>", "<style>#a > b {}</style>"),
        ("<iframe src=x><p>a</p></iframe>b", "b"),
        ("<input type=checkbox checked>", '<input type="checkbox" checked="">'),
    ],
)
def test_the_view_of_an_estimator_loses_what_runs(given_, left):
    reader = _Reader()
    reader.feed(given_)
    reader.close()
    assert "".join(reader.parts) == left


def test_hostile_texts_are_shown_and_do_not_run(hostile, tmp_path):
    search, written = hostile
    for path in (written, report(search.journal, tmp_path / "journal.html")):
        page = read(path)
        assert_harmless(page)
        assert EVIL in page.text
        assert "window.hacked" not in page.scripts[0]
        shown = [a for name, a in page.tags if name == "svg"]
        assert len(shown) >= 4
        raw = path.read_text(encoding="utf-8")
        assert "<script>window" not in raw
        assert "<img src=x" not in raw


# -- what is in it -----------------------------------------------------------------------------


def test_the_report_has_what_was_found(tmp_path):
    journal = tmp_path / "search.jsonl"
    pipeline = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    space = {f"decisiontreeclassifier__{name}": values for name, values in SPACE.items()}
    search = RandomSearchCV(pipeline, space, n_iter=15, cv=3, random_state=0, journal=journal)
    search.fit(X, y)
    path = search.report(str(tmp_path / "report.html"))
    page = read(path)
    assert_harmless(page)
    assert f"best score {search.best_score_:.5g}" in page.text.replace("score0", "score 0")
    assert "rows150columns4" in page.text
    assert "is the best of 15 means" in page.text
    assert "DecisionTreeClassifier" in page.text
    assert str(search.n_iter) in page.text
    assert "No candidate failed." in page.text
    assert skhpo.__version__ in page.text
    for title in ("Convergence", "Importance", "Slice:", "Parallel", "Folds", "Timeline"):
        assert title in page.text
    header = skhpo.journal.read(journal).header
    assert header["fingerprint"]["X"] in page.text
    assert str(header["seed"]) in page.text
    rows = re.findall(r"<tr><td data-v=.*?</tr>", path.read_text(encoding="utf-8"))
    assert len(rows) == 15
    scores = [float(re.findall(r'data-v="([^"]*)"', row)[2]) for row in rows]
    np.testing.assert_allclose(scores, np.sort(search.cv_results_["mean_test_score"])[::-1])


def test_honest_scores_stand_beside_the_best(tmp_path):
    search = RandomSearchCV(TREE, SPACE, n_iter=4, final_holdout=0.2, random_state=0).fit(X, y)
    path = tmp_path / "report.html"
    search.report(path)
    text = " ".join(Page(path.read_text()).texts)
    corrected = skhpo.bias_corrected_score(search, method="tt")
    assert (
        f"On 30 rows that the search has never seen the model scores {search.final_score_:.5g}"
        in text
    )
    assert f"(Tibshirani and Tibshirani): {corrected.score:.5g}, 95 % interval" in text


def test_identifiers_are_unique_and_references_lead_somewhere(hostile):
    raw = hostile[1].read_text(encoding="utf-8")
    svgs = "".join(re.findall(r"<svg.*?</svg>", raw, re.S))
    identifiers = re.findall(r' id="([^"]+)"', svgs)
    assert len(identifiers) == len(set(identifiers))
    used = {*re.findall(r"url\(#([^)]+)\)", svgs), *re.findall(r' href="#([^"]+)"', svgs)}
    assert used
    assert used <= set(identifiers)


def test_causes_of_failures_are_counted(hostile):
    search, path = hostile
    page = read(path)
    n = int(np.sum(search.cv_results_["status"] == "failed"))
    assert n
    assert f"{n} failed: ValueError: {EVIL}" in page.text


def test_other_searches_are_reported_too(tmp_path):
    grid = GridSearchCV(TREE, {"max_depth": [1, 2, 3, 4]}, cv=3).fit(X, y)
    page = read(report(grid, tmp_path / "grid.html"))
    assert_harmless(page)
    assert "GridSearchCV" in page.text
    halving = HyperbandSearchCV(TREE, SPACE, cv=2, random_state=0, refit=False).fit(X, y)
    page = read(halving.report(tmp_path / "halving.html"))
    assert "Rungs" in page.text
    assert "The fitted model is not here" in page.text


def test_a_journal_of_a_dead_search_is_reported(tmp_path):
    journal = tmp_path / "search.jsonl"
    RandomSearchCV(TREE, SPACE, n_iter=12, cv=3, random_state=0, journal=journal).fit(X, y)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])  # killed while it wrote
    page = read(report(journal, tmp_path / "report.html"))
    assert_harmless(page)
    assert "11 ok, 1 running" in page.text
    assert "RandomSearchCV in search.jsonl" in page.text
    for n_lines in (0, 1, 2):  # nothing, the header, a candidate
        journal.write_bytes(b"".join(lines[:n_lines]))
        page = read(report(journal, tmp_path / "report.html"))
        assert_harmless(page)
        assert "There is nothing to draw before a candidate is complete." in page.text


def test_a_thousand_candidates_fit_into_two_megabytes(tmp_path):
    path = report(synthetic(1000, racing=True, failed=0.02), tmp_path / "report.html")
    assert path.stat().st_size < 2e6
    assert len(re.findall(r"<tr><td", path.read_text(encoding="utf-8"))) == 1000


def test_of_many_candidates_the_best_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(_leaderboard, "MOST_ROWS", 20)
    monkeypatch.setattr(_plots, "FEW", 20)
    path = report(synthetic(50), tmp_path / "report.html")
    assert "The best 20 of 50 candidates." in read(path).text
    assert "PED-ANOVA" in read(path).text
    assert len(re.findall(r"<tr><td", path.read_text(encoding="utf-8"))) == 20


def test_without_matplotlib_there_are_no_plots(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = read(report(synthetic(12), tmp_path / "report.html"))
    assert "matplotlib is not installed" in page.text


def test_plots_do_not_depend_on_the_style_of_the_user(tmp_path):
    matplotlib = pytest.importorskip("matplotlib")
    with matplotlib.rc_context({"axes.facecolor": "black", "svg.fonttype": "path"}):
        raw = report(synthetic(12), tmp_path / "report.html").read_text(encoding="utf-8")
        assert matplotlib.rcParams["axes.facecolor"] == "black"
    assert "<text" in raw
    assert "fill: #ffffff" in raw


def test_what_is_wrong_is_said(tmp_path):
    search = RandomSearchCV(TREE, SPACE)
    with pytest.raises(NotFittedError):
        search.report(tmp_path / "report.html")
    with pytest.raises(TypeError, match="fitted search or the path of a journal, got int"):
        report(3, tmp_path / "report.html")
    with pytest.raises(FileNotFoundError):
        report(tmp_path / "none.jsonl", tmp_path / "report.html")
    with pytest.raises(FileNotFoundError, match=r"path: the directory '.*nowhere' of the report"):
        report(synthetic(12), tmp_path / "nowhere" / "report.html")
    with pytest.raises(ValueError, match="metric='auc' was not measured"):
        report(synthetic(12), tmp_path / "report.html", metric="auc")
    assert not list(tmp_path.iterdir())


def test_the_function_is_not_hidden_by_a_module():
    code = "import skhpo, skhpo.reports, skhpo.reports._report; assert callable(skhpo.report)"
    subprocess.run([sys.executable, "-c", code], check=True)
