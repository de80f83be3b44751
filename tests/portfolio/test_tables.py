import datetime
import pickle
import subprocess
import sys
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skhpo import RandomSearchCV, Space, portfolio
from skhpo.portfolio._columns import kind_of
from skhpo.portfolio._target import target_type

N = 120
RNG = np.random.default_rng(0)
WORDS = np.array(["red", "green", "blue", "slow", "fast", "old", "new"])


def sentences(n):
    return [" ".join(RNG.choice(WORDS, 5)) + f" {i}" for i in range(n)]


def holes(values, missing=None):
    """Return a list with every seventh value missing."""
    return [missing if i % 7 == 3 else v for i, v in enumerate(values)]


def table(n=N):
    """Return a column of every kind, most of them with holes."""
    days = pd.date_range("2020-01-01", periods=n, freq="37h")
    few, many = RNG.choice(["a", "b", "c"], n), RNG.choice([f"c{i}" for i in range(60)], n)
    return pd.DataFrame(
        {
            "plain": RNG.normal(size=n),
            "whole": RNG.integers(0, 50, n),
            "holes": holes(RNG.normal(size=n), np.nan),
            "nullable": pd.array(holes(range(n)), dtype="Int64"),
            "objects": pd.Series(holes([1.5, 2, 3.25] * (n // 3), pd.NA), dtype=object),
            "decimals": [Decimal(i % 9) for i in range(n)],
            "yes": RNG.random(n) > 0.5,
            "maybe": pd.array(holes(RNG.random(n) > 0.5), dtype="boolean"),
            "few": few,
            "few_none": pd.Series(holes(few), dtype=object),
            "few_category": pd.Categorical(holes(few)),
            "few_numbers": pd.Categorical(holes(RNG.integers(0, 4, n))),
            "few_string": pd.array(holes(few), dtype="string"),
            "mixed": pd.Series(holes([1, "one", 1.0] * (n // 3)), dtype=object),
            "many": pd.Series(holes(many), dtype=object),
            "text": pd.Series(holes(sentences(n)), dtype=object),
            "day": days,
            "day_missing": pd.Series(holes(days, pd.NaT)),
            "day_zone": days.tz_localize("Europe/Paris", nonexistent="shift_forward"),
            "day_written": holes(days.strftime("%Y-%m-%d %H:%M")),
            "day_object": pd.Series([datetime.date(2020, 1, 1 + i % 28) for i in range(n)]),
            "took": pd.to_timedelta(holes(range(n)), unit="min"),
            "one": 1,
            "none": np.nan,
            "none_object": pd.Series([None] * n, dtype=object),
            "key": [f"k{i:05}" for i in range(n)],
        }
    )


KINDS = {
    "numeric": ["plain", "whole", "holes", "nullable", "objects", "decimals"],
    "boolean": ["yes", "maybe"],
    "low": ["few", "few_none", "few_category", "few_numbers", "few_string", "mixed"],
    "high": ["many"],
    "text": ["text"],
    "date": ["day", "day_missing", "day_zone", "day_object"],
    "written_date": ["day_written"],
    "duration": ["took"],
    "dropped": ["one", "none", "none_object", "key"],
}
X = table()
Y = np.where(X["plain"] + X["yes"] > 0.5, "good", "bad")


def drawn(template, n, seed=0):
    """Yield the default transformer and some that are drawn from its space."""
    space = Space({"t": template})
    for params in [space.decode(space.default()), *space.sample(n, random_state=seed)]:
        transformer = clone(params.pop("t"))
        yield transformer.set_params(**{k.removeprefix("t__"): v for k, v in params.items()})


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_told_by_type_and_values(kind):
    assert {name: kind_of(X[name]) for name in KINDS[kind]} == dict.fromkeys(KINDS[kind], kind)


def test_each_kind_has_its_part():
    parts = portfolio.preprocessing(X, Y).transformers
    by_name = {name: columns for name, _, columns in parts}
    assert by_name["numeric"] == KINDS["numeric"]
    assert by_name["boolean"] == KINDS["boolean"]
    assert by_name["low"] == KINDS["low"]
    assert {by_name[name] for name in by_name if name.startswith("date")} == {
        *KINDS["date"],
        *KINDS["written_date"],
    }
    used = [column for _, _, c in parts for column in ([c] if isinstance(c, str) else c)]
    assert sorted([*used, *KINDS["dropped"]]) == sorted(X.columns)


@pytest.mark.parametrize("y", [None, Y, X["plain"].to_numpy()], ids=["none", "classes", "numbers"])
def test_every_drawn_configuration_gives_finite_numbers(y):
    """On rows with categories, and holes, that were not there in training."""
    later = table()
    later[["few", "many", "text"]] = "something new altogether, never seen"
    later.loc[:5, ["plain", "few", "text", "day_written"]] = None
    for transformer in drawn(portfolio.preprocessing(X, y, random_state=0), 5):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = transformer.fit_transform(X, y)
            new = transformer.transform(later)
        assert made.shape[0] == N
        assert made.shape[1] == new.shape[1]
        assert made.dtype == new.dtype == np.float64
        assert np.isfinite(made).all()
        assert np.isfinite(new).all()


def test_columns_that_are_empty_in_a_training_fold():
    names = ["holes", "few", "nullable", "many", "text", "day", "maybe"]
    part = X[names].copy()
    for name in names:
        part[name] = part[name].where(np.arange(N) >= 60)  # the first half is empty
    for transformer in drawn(portfolio.preprocessing(X[names]), 6):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            transformer.fit(part.iloc[:60])
            assert np.isfinite(transformer.transform(X)).all()


def test_date_parts_are_those_of_the_calendar():
    days = pd.Series(pd.to_datetime(["2024-02-29 06:00", "1999-12-31 23:00", "2024-03-03 00:00"]))
    [transformer] = drawn(portfolio.preprocessing(pd.DataFrame({"d": days})), 0)
    made = transformer.fit_transform(pd.DataFrame({"d": days}))
    scale = transformer.named_transformers_["date_0"].named_steps["scale"]
    year, month, day, weekday, hour, elapsed = scale.inverse_transform(made).T
    assert year.round().tolist() == [2024, 1999, 2024]
    assert month.round().tolist() == [2, 12, 3]
    assert day.round().tolist() == [29, 31, 3]
    assert weekday.round().tolist() == [3, 4, 6]  # Thursday, Friday, Sunday
    assert hour.round().tolist() == [6, 23, 0]
    assert elapsed[2] - elapsed[0] == pytest.approx(2.75)  # a leap day, and a quarter less


def test_missing_is_a_category_and_an_unseen_one_counts_as_rare():
    train = pd.DataFrame({"c": ["a"] * 5 + ["b"] * 5 + [None] * 2})
    space = Space({"t": portfolio.preprocessing(train)})
    params = space.decode(space.default())
    params["t__low__encode__min_frequency"] = 0.01
    [transformer] = [clone(params.pop("t"))]
    transformer.set_params(**{k.removeprefix("t__"): v for k, v in params.items()}).fit(train)
    made = transformer.transform(pd.DataFrame({"c": ["a", np.nan, "z"]}))
    assert sorted(made.sum(axis=1)) == [0, 1, 1]
    assert not (made[0] == made[1]).all()


@pytest.mark.parametrize(
    "array",
    [
        RNG.normal(size=(30, 3)),
        RNG.integers(0, 9, (30, 1)),
        X[["plain", "few", "maybe", "day", "many", "text", "nullable"]].to_numpy(dtype=object),
        RNG.choice(["a", "b"], (30, 2)),
        np.array([["2020-01-01"], ["2021-05-05"]] * 9, dtype="datetime64[s]"),
        [[1, "a"], [2, "b"], [None, "a"]],
    ],
    ids=["floats", "one column", "objects", "strings", "dates", "lists"],
)
def test_arrays(array):
    for transformer in drawn(portfolio.preprocessing(array), 6):
        given_ = np.asarray(array) if isinstance(array, list) else array
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "n_quantiles", UserWarning)  # of 3 rows
            assert np.isfinite(transformer.fit_transform(given_)).all()


@pytest.mark.parametrize(
    "name", [name for kind in KINDS if kind != "dropped" for name in KINDS[kind]]
)
def test_a_single_column(name):
    for transformer in drawn(portfolio.preprocessing(X[[name]]), 2):
        assert np.isfinite(transformer.fit_transform(X[[name]])).all()


def test_columns_without_names_go_by_position():
    few = X[["few", "plain", "yes"]].set_axis([5, 6, 7], axis=1)
    parts = portfolio.preprocessing(few).transformers
    assert [columns for _, _, columns in parts] == [[1], [2], [0]]
    [transformer] = drawn(portfolio.preprocessing(few), 0)
    assert transformer.fit_transform(few).shape == (N, 5)


SIZES = st.floats(-1e6, 1e6) | st.just(np.nan)


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=5), st.integers(-5, 5), st.booleans(), SIZES),
        min_size=4,
        max_size=12,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_column_of_objects(values):
    """Whatever stands in a column, and whatever is there later, becomes finite numbers."""
    frame = pd.DataFrame({"p": range(len(values)), "v": pd.Series(values, dtype=object)})
    [transformer] = drawn(portfolio.preprocessing(frame), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert np.isfinite(transformer.fit_transform(frame)).all()


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (None, None),
        (["a", "b"] * 20, "binary"),
        ([True, False] * 20, "binary"),
        ([0, 1, 2] * 20, "multiclass"),
        ([0.0, 1.0] * 20, "binary"),
        (np.arange(50), "continuous"),
        (np.linspace(0, 1, 50), "continuous"),
        ([0.5, 1.5] * 20, "continuous"),
        (["a"] * 30 + ["b"] * 9, None),  # too rare
        ([f"c{i % 25}" for i in range(1000)], None),  # too many
        (np.zeros((20, 2)), None),
        ([1.0, np.nan] * 20, None),
    ],
)
def test_what_a_target_is(y, expected):
    assert target_type(y) == expected


def test_only_a_target_that_suits_encodes_categories():
    def encoders(y):
        part = {name: t for name, t, _ in portfolio.preprocessing(X, y).transformers}
        return part["high"].named_steps["encode"].names

    assert encoders(Y) == ("target", "one_hot", "codes")
    assert encoders(None) == ("one_hot", "codes")


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (sparse.eye(3).tocsr(), TypeError, "X should be a data frame of pandas or a dense array"),
        (np.zeros(3), ValueError, r"two dimensions, got an array of shape \(3,\)"),
        (np.zeros((0, 3)), ValueError, r"rows and columns, got the shape \(0, 3\)"),
        (np.ones((5, 2)), ValueError, "X should have a column that varies"),
        (pd.DataFrame({"l": [[1], [2]]}), TypeError, r"column 'l' should hold .* got \[1\]"),
    ],
)
def test_bad_tables(table, error, message):
    with pytest.raises(error, match=message):
        portfolio.preprocessing(table)


LOAD = """
import sys
sys.modules["skhpo"] = None  # as if it were not installed
import pickle
with open(sys.argv[1], "rb") as file:
    model, X, expected = pickle.load(file)
assert (model.predict(X) == expected).all()
"""


def test_the_best_pipeline_runs_without_skhpo(tmp_path):
    pipeline = Pipeline([("prepare", "passthrough"), ("model", GaussianNB())])
    space = {
        "prepare": portfolio.preprocessing(X, Y, random_state=0),
        "model": portfolio.get("gaussian_nb"),
    }
    search = RandomSearchCV(pipeline, space, n_iter=2, cv=2, random_state=0)
    search.fit(X, Y)
    assert (search.cv_results_["status"] == "ok").all()
    best = search.best_estimator_
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps((best, X, best.predict(X))))
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LOAD, path], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
