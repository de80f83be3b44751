"""``skhpo predict``: the predictions of the pipeline, of whatever file they are asked for."""

import io

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skhpo import portfolio
from skhpo.cli import main
from skhpo.cli._tables import with_iso_dates
from skhpo.search._pipelines import make_plan


@pytest.fixture
def model(table, tmp_path):
    """A pipeline as ``skhpo tune`` saves it, with the columns prepared by the portfolio."""
    X, y = with_iso_dates(table.drop(columns="churn")), table["churn"].to_numpy(object)
    plan = make_plan(
        X, y, task="classification", models=["gaussian_nb"], preprocessing="auto", changes={},
        scoring=None, is_weighted=False, seed=0,
    )  # fmt: skip
    params = plan.space.decode(plan.space.default())
    path = tmp_path / "model.joblib"
    joblib.dump(plan.pipeline.set_params(**params).fit(X, y), path)
    return path


@pytest.fixture
def expected(model, table):
    X = with_iso_dates(table.drop(columns="churn"))
    return joblib.load(model).predict(X), joblib.load(model).predict_proba(X)


def read(text):
    return pd.read_csv(io.StringIO(text))


def test_predictions(model, table, write, expected, capsys):
    assert main(["predict", str(model), write(table)]) == 0
    captured = capsys.readouterr()
    assert read(captured.out)["prediction"].tolist() == expected[0].tolist()
    assert "the model does not know are ignored: 'churn'" in captured.err


@pytest.mark.parametrize("name", ["out.csv", "out.tsv"])
def test_probabilities_in_a_file(model, table, write, expected, tmp_path, capsys, name):
    out = tmp_path / name
    shuffled = table.drop(columns="churn")[["house", "since", "colour", "size"]]
    assert main(["predict", str(model), write(shuffled), f"--output={out}", "--proba"]) == 0
    found = pd.read_csv(out, sep="\t" if name.endswith("tsv") else ",")
    assert [*found.columns] == ["prediction", "proba_no", "proba_yes"]
    np.testing.assert_allclose(found[["proba_no", "proba_yes"]], expected[1], rtol=1e-9)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "120 predictions" in captured.err


def test_strings_stay_strings_where_a_file_happens_to_hold_numbers(tmp_path, write, capsys):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"code": rng.choice(["007", "7", "A"], 90), "n": rng.normal(size=90)})
    y = (X["code"] == "007").to_numpy()
    prepare = portfolio.preprocessing(X, y, random_state=0)
    from skhpo import Space

    space = Space({"prepare": prepare})
    pipeline = Pipeline([("prepare", "passthrough"), ("model", GaussianNB())])
    pipeline.set_params(**space.decode(space.default())).fit(X, y)
    joblib.dump(pipeline, tmp_path / "model.joblib")
    few = X[X["code"] != "A"]
    assert main(["predict", str(tmp_path / "model.joblib"), write(few)]) == 0
    found = read(capsys.readouterr().out)["prediction"]
    assert found.tolist() == (few["code"] == "007").tolist()


def test_values_that_were_not_there_before(model, table, write, capsys):
    odd = table.assign(colour="violet", since="some day", house=np.nan)
    assert main(["predict", str(model), write(odd)]) == 0
    assert len(read(capsys.readouterr().out)) == len(table)


def test_missing_columns_are_named(model, table, write, complaint):
    renamed = table.drop(columns="size").rename(columns={"colour": "color"})
    line = complaint("predict", model, write(renamed))
    assert "needs columns that are not there: 'size', 'colour'" in line


def test_values_that_do_not_suit(model, table, write, complaint):
    assert "does not suit the model" in complaint(
        "predict", model, write(table.assign(size="large"))
    )


def test_what_is_no_model(tmp_path, table, write, complaint):
    path, data = tmp_path / "m.joblib", write(table)
    assert "there is no such file" in complaint("predict", path, data)
    path.write_text("nonsense")
    assert "is not a saved pipeline" in complaint("predict", path, data)
    joblib.dump({"a": 1}, path)
    assert "holds 'dict', not a pipeline" in complaint("predict", path, data)


def test_no_probabilities(tmp_path, table, write, complaint):
    path = tmp_path / "m.joblib"
    joblib.dump(RidgeClassifier().fit(table[["size", "house"]], table["churn"]), path)
    assert "no probabilities" in complaint("predict", path, write(table), "--proba")
    assert "should end in" in complaint("predict", path, write(table), "--output=out.xls")


def test_a_pipeline_of_ones_own(tmp_path, table, write, capsys):
    own = RidgeClassifier().fit(table[["size", "house"]], table["churn"])
    joblib.dump(own, tmp_path / "m.joblib")
    assert main(["predict", str(tmp_path / "m.joblib"), write(table)]) == 0
    found = read(capsys.readouterr().out)["prediction"]
    assert found.tolist() == own.predict(table[["size", "house"]]).tolist()


@pytest.mark.parametrize("kind", ["native", "voting"])
def test_codes_stay_text_in_native_preprocessing_and_in_ensembles(kind, tmp_path, capsys):
    """A batch that has only the codes 01 and 02 must not be read as numbers."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"code": rng.choice(["01", "02", "A3", "B"], 200), "x": rng.normal(size=200)})
    y = X["code"].isin(["02", "B"]).to_numpy().astype(int)
    plan = make_plan(
        X, y, task="classification", models=["hist_gradient_boosting"], preprocessing="auto",
        changes={}, scoring=None, is_weighted=False, seed=0,
    )  # fmt: skip
    fitted = clone(plan.pipeline).set_params(**clone(plan.defaults[1], safe=False))
    if kind == "voting":
        fitted = VotingClassifier([("one", fitted)], voting="soft")
    joblib.dump(fitted.fit(X, y), tmp_path / "model.joblib")
    batch = X[X["code"].isin(["01", "02"])]
    batch.to_csv(tmp_path / "batch.csv", index=False)
    assert main(["predict", str(tmp_path / "model.joblib"), str(tmp_path / "batch.csv")]) == 0
    found = read(capsys.readouterr().out)["prediction"]
    assert found.tolist() == y[batch.index].tolist()
