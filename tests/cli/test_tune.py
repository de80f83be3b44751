"""``skhpo tune``: what it saves, says, and refuses."""

import re

import joblib
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skhpo import load_journal
from skhpo.cli import main

TINY = ["--models=gaussian_nb,lda", "--candidates=4", "--cv=2", "--quiet"]


def test_tune_saves_a_plain_pipeline_and_says_what_came_of_it(table, write, tmp_path, capsys):
    model, code, log = (str(tmp_path / name) for name in ("model.joblib", "model.py", "s.jsonl"))
    files = [f"--output={model}", f"--code={code}", f"--journal={log}"]
    options = ["--target=churn", "--scoring=roc_auc", "--holdout=0.25", "--seed=3"]
    assert main(["tune", write(table), *options, *files, *TINY]) == 0

    out = capsys.readouterr().out
    assert "rank" in out.splitlines()[0]
    assert "Tried 4 candidates of 2 models" in out
    pipeline = joblib.load(model)
    assert type(pipeline) is Pipeline
    assert [*pipeline.feature_names_in_] == ["size", "colour", "since", "house"]
    assert [*pipeline.classes_] == ["no", "yes"]
    assert len(load_journal(log)) == 4
    # the score is that of the rows that the same division holds out
    iso = table["since"].str.replace(r"(\d+)\.(\d+)\.(\d+)", r"\3-\2-\1", regex=True)
    X, y = table.drop(columns="churn").assign(since=iso), table["churn"]
    kept, held_out = train_test_split(
        np.arange(len(table)), test_size=0.25, stratify=y, random_state=3
    )
    found = pipeline.predict_proba(X.iloc[held_out])[:, 1]
    score = roc_auc_score(y.iloc[held_out], found)
    assert f"Score on the 30 rows that were held out: {score:.4f}" in out
    assert score > 0.8

    # the code is that of the same pipeline
    names = {}
    exec((tmp_path / "model.py").read_text(), names)  # noqa: S102 (our own text)
    again = names["pipeline"].fit(X.iloc[kept], y.iloc[kept].to_numpy(object))
    np.testing.assert_allclose(again.predict_proba(X.iloc[held_out])[:, 1], found)


def test_the_same_again(table, write, capsys):
    path, boards = write(table), []
    for _ in range(2):
        assert main(["tune", path, "--target=churn", *TINY]) == 0
        lines = capsys.readouterr().out.splitlines()[:5]
        boards.append([line.split()[:4] for line in lines])
    assert boards[0] == boards[1]


def test_progress_goes_to_the_standard_error(table, write, capsys):
    loud = [option for option in TINY if option != "--quiet"]
    assert main(["tune", write(table), "--target=churn", *loud]) == 0
    captured = capsys.readouterr()
    assert "totalling" in captured.err
    assert "totalling" not in captured.out
    assert "is not saved" in captured.err


def test_regression_with_what_has_to_be_left_out(table, write, tmp_path, capsys):
    target = table.pop("size").where(table.index > 4)
    frame = table.assign(size=target, nothing=None, id=range(len(table)))
    options = ["--target=size", "--drop=id", "--ignore=churn", "--candidates=2", "--cv=2"]
    model = str(tmp_path / "model.joblib")
    command = ["tune", write(frame), *options, "--models=ridge", "--quiet", f"--output={model}"]
    assert main(command) == 0
    err = capsys.readouterr().err
    assert "5 rows without a value in 'size' are left out" in err
    assert "columns without a value are left out: 'nothing'" in err
    assert [*joblib.load(model).feature_names_in_] == ["colour", "since", "house"]


def test_whole_numbers_stay_classes_where_some_are_missing(table, write, tmp_path):
    frame = table.assign(churn=(table["churn"] == "yes").where(table.index != 7).astype(float))
    model = str(tmp_path / "model.joblib")
    assert main(["tune", write(frame), "--target=churn", f"--output={model}", *TINY]) == 0
    classes = joblib.load(model).classes_
    assert classes.dtype.kind == "i"
    assert classes.tolist() == [0, 1]


def test_groups_stay_together(table, write, capsys, monkeypatch):
    import skhpo

    given = {}
    fit = skhpo.PipelineSearchCV.fit

    def spy(self, X, y, **params):
        given.update(params, X=X)
        return fit(self, X, y, **params)

    monkeypatch.setattr(skhpo.PipelineSearchCV, "fit", spy)
    options = ["--target=churn", "--groups=house", "--holdout=0.3"]
    assert main(["tune", write(table), *options, *TINY]) == 0
    assert "house" not in given["X"]
    n_out = len(table) - len(given["groups"])
    assert f"Score on the {n_out} rows" in capsys.readouterr().out
    # no house is on both sides
    assert table["house"].isin({*given["groups"]}).sum() == len(given["groups"])


def test_ctrl_c_saves_the_best_so_far(table, write, tmp_path, capsys, monkeypatch):
    calls, fit = [], GaussianNB.fit

    def interrupted(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(GaussianNB, "fit", interrupted)
    model = str(tmp_path / "model.joblib")
    tiny = ["--models=gaussian_nb", "--candidates=20", "--cv=2", "--quiet"]
    command = ["tune", write(table), "--target=churn", f"--output={model}", *tiny]
    assert main(command) == 130
    captured = capsys.readouterr()
    assert "interrupted: fitting the best candidate so far" in captured.err
    assert "until interrupted" in captured.out
    assert len(joblib.load(model).predict(table.drop(columns="churn"))) == len(table)


def test_ctrl_c_with_nothing_complete(table, write, tmp_path, capsys, monkeypatch):
    def interrupted(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(GaussianNB, "fit", interrupted)
    model, log = tmp_path / "model.joblib", tmp_path / "s.jsonl"
    files = [f"--output={model}", f"--journal={log}", "--models=gaussian_nb"]
    assert main(["tune", write(table), "--target=churn", *TINY, *files]) == 130
    assert f"nothing was saved. The fits so far are in {log}" in capsys.readouterr().err
    assert not model.exists()


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (
            {},
            ["--target=chrun"],
            "--target: the table has no column 'chrun'; the nearest: 'churn'",
        ),
        ({}, ["--target=churn", "--drop=Colour"], "--drop: .*; the nearest: 'colour'"),
        ({}, ["--target=churn", "--groups=haus"], "--groups: .*; the nearest: 'house'"),
        ({}, ["--target=churn", "--groups=churn"], "'churn' is also given to --groups or --drop"),
        ({"churn": "no"}, ["--target=churn"], "'churn' has the single value 'no'"),
        ({"house": np.inf, "size": 1.0}, ["--target=house"], "'house' has the single value inf"),
        ({"churn": None}, ["--target=churn"], "'churn' has no value in any row"),
        ({}, ["--target=colour", "--task=regression"], "--target 'colour': .* numbers"),
        ({"size": 1, "colour": "a", "since": "b", "house": 2}, ["--target=churn"], "varies"),
        ({}, ["--target=churn", "--scoring=roc_acu"], "the nearest: 'roc_auc'"),
        ({}, ["--target=churn", "--models=lad"], "there is no 'lad'"),
        ({}, ["--target=churn", "--holdout=0.999"], "--holdout 0.999: "),
        ({}, ["--target=churn", "--output=no/such/model.joblib"], "folder 'no/such' does not"),
        ({}, ["--target=churn", "--separator=;"], "Is --separator right"),
    ],
)
def test_what_is_refused(table, write, complaint, change, options, message):
    line = complaint("tune", write(table.assign(**change)), *TINY, *options)
    assert re.search(message, line), line


def test_a_journal_of_another_search(table, write, tmp_path, complaint, capsys):
    log = f"--journal={tmp_path / 's.jsonl'}"
    assert main(["tune", write(table), "--target=churn", log, *TINY]) == 0
    capsys.readouterr()
    line = complaint("tune", write(table[:100], "other.csv"), "--target=churn", log, *TINY)
    assert "belongs to another search" in line


def test_a_target_without_bounds(table, write, complaint):
    house = np.array(table["house"], dtype=float)
    house[:4] = np.inf
    frame = table.assign(house=house)
    assert "--target 'house': " in complaint("tune", write(frame), "--target=house", *TINY)


@pytest.mark.parametrize("option", ["--time=0", "--candidates=-1", "--holdout=1", "--cv=two"])
def test_numbers_that_make_no_sense(option, capsys):
    with pytest.raises(SystemExit) as end:
        main(["tune", "data.csv", "--target=churn", option])
    assert end.value.code == 2
