"""Racing over folds, replayed on stored tables of fold scores.

``OMP_NUM_THREADS=1 python benchmarks/racing.py`` runs searches over random orders of the
candidates of each table in ``tests/schedules/racing/data``, with 10 folds and with 5 of them, and
prints for every rule the share of fits that were saved, how often the winner was the one that
evaluating all candidates on all folds finds (an equal mean counts), and by how much its mean
score was lower. To be reached by the default: 50 % of the fits saved with 10 folds and 35 % with
5, the same winner in 95 %, a loss of 0.0002; "aggressive" has to fail that. ``--top-half`` leaves
out the worse half of the candidates: what is left is as close together as the proposals of a
model-based strategy.

``--make`` evaluates the candidates and writes the tables (some twelve minutes on one core).
``--data`` is a folder with more data: mlc_churn.csv, hpc.csv, abalone.csv and ames.csv, which are
in the R package modeldata and at UCI; without it there are no tables of these.
"""

import argparse
import math
import warnings
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
STORE = ROOT / "tests" / "schedules" / "racing" / "data" / "fold_scores.npz"
N_CANDIDATES, N_FOLDS, MAX_ROWS = 50, 10, 1000
CLASSIFICATION = ("accuracy", "roc_auc_ovr", "neg_log_loss")
REGRESSION = ("r2", "neg_mean_absolute_error")
EXTRA = {"mlc_churn": "churn", "hpc": "class", "abalone": "rings", "ames": "Sale_Price"}
TABLES = {
    "breast_cancer": ("svc", "tree", "knn", "logistic", "extra_trees"),
    "digits": ("svc", "tree", "knn", "extra_trees"),
    "wine": ("logistic", "mlp"),
    "german_credit": ("logistic", "tree", "knn", "hist_gradient_boosting"),
    "diabetes": ("svr", "tree", "knn", "elastic_net"),
    "mlc_churn": ("tree", "mlp", "hist_gradient_boosting"),
    "hpc": ("svc", "knn", "extra_trees"),
    "abalone": ("svr", "knn", "hist_gradient_boosting"),
    "ames": ("elastic_net", "tree", "extra_trees"),
}


def log_uniform(rng, low, high):
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def tree(rng, regression):
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    return (DecisionTreeRegressor if regression else DecisionTreeClassifier)(
        max_depth=int(rng.integers(1, 20)),
        min_samples_leaf=round(log_uniform(rng, 1, 60)),
        max_features=rng.uniform(0.2, 1.0),
        random_state=0,
    )


def extra_trees(rng, regression):
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    return (ExtraTreesRegressor if regression else ExtraTreesClassifier)(
        n_estimators=30,
        max_features=rng.uniform(0.05, 1.0),
        min_samples_leaf=round(log_uniform(rng, 1, 30)),
        bootstrap=bool(rng.integers(2)),
        random_state=0,
    )


def knn(rng, regression):
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    return (KNeighborsRegressor if regression else KNeighborsClassifier)(
        n_neighbors=round(log_uniform(rng, 1, 60)),
        weights=("uniform", "distance")[rng.integers(2)],
        p=rng.uniform(1, 3) if rng.integers(2) else (1, 2)[rng.integers(2)],
    )


def svc(rng, _):
    from sklearn.svm import SVC

    return SVC(C=log_uniform(rng, 2**-5, 2**10), gamma=log_uniform(rng, 2**-13, 2**1))


def svr(rng, _):
    from sklearn.svm import SVR

    return SVR(
        C=log_uniform(rng, 2**-5, 2**5),
        gamma=log_uniform(rng, 2**-10, 2**1),
        epsilon=log_uniform(rng, 1e-3, 1.0),
    )


def logistic(rng, _):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=log_uniform(rng, 1e-4, 1e4), max_iter=300)


def elastic_net(rng, _):
    from sklearn.linear_model import ElasticNet

    return ElasticNet(alpha=log_uniform(rng, 1e-4, 1.0), l1_ratio=rng.uniform(0.01, 1.0))


def mlp(rng, _):
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=(int(rng.integers(2, 33)),),
        alpha=log_uniform(rng, 1e-6, 10.0),
        learning_rate_init=log_uniform(rng, 1e-4, 1e-1),
        max_iter=60,
        random_state=0,
    )


def hist_gradient_boosting(rng, regression):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    return (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
        learning_rate=log_uniform(rng, 0.01, 1.0),
        max_leaf_nodes=round(log_uniform(rng, 3, 64)),
        min_samples_leaf=round(log_uniform(rng, 2, 60)),
        l2_regularization=log_uniform(rng, 1e-6, 10.0),
        max_iter=40,
        random_state=0,
    )


def load(name, folder):
    """Return X, y and whether y is a number; None where the table is not at hand."""
    import pandas as pd
    from sklearn import datasets

    if hasattr(datasets, f"load_{name}"):
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True, as_frame=True)
        return X, y, name == "diabetes"
    source = ROOT / "examples" / "data" if name == "german_credit" else folder
    if source is None:
        return None
    X = pd.read_csv(source / f"{name}.csv", keep_default_na=False, na_values=[""])
    y = X.pop(EXTRA.get(name, "target"))
    return X, np.log(y) if name == "ames" else y, name in ("abalone", "ames")


def fold_scores(model, X, y, regression):
    """Return the scores of one model on each fold, of each metric that it has."""
    from sklearn.model_selection import KFold, StratifiedKFold, cross_validate

    splitter = (KFold if regression else StratifiedKFold)(N_FOLDS, shuffle=True, random_state=0)
    metrics = REGRESSION if regression else CLASSIFICATION
    if not regression and not hasattr(model, "predict_proba"):
        metrics = ("accuracy",) if y.nunique() > 2 else ("accuracy", "roc_auc")
    scores = cross_validate(model, X, y, cv=splitter, scoring=metrics)
    return {m.removesuffix("_ovr"): scores[f"test_{m}"] for m in metrics}


def make(folder):
    """Evaluate the candidates and store their fold scores."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    encode = make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_include="number")),
        (
            OneHotEncoder(min_frequency=10, handle_unknown="ignore", sparse_output=False),
            make_column_selector(dtype_exclude="number"),
        ),
    )
    tables = {}
    for name, families in TABLES.items():
        if (loaded := load(name, folder)) is None:
            continue
        X, y, regression = loaded
        rows = np.random.default_rng(0).permutation(len(X))[:MAX_ROWS]
        X, y = X.iloc[rows], y.iloc[rows]
        X = encode.fit_transform(X)  # the same for all, so that it costs nothing
        y = (y - y.mean()) / y.std() if regression else y
        for family in families:
            tables |= table(name, family, X, y, regression)
            np.savez_compressed(STORE, **tables)


def table(name, family, X, y, regression):
    """Return the fold scores of a family of models on a data set, one table a metric."""
    rng = np.random.default_rng([len(name), len(family)])
    models = [globals()[family](rng, regression) for _ in range(N_CANDIDATES)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # models that are stopped early say so
        scores = [fold_scores(model, X, y, regression) for model in models]
    return {
        f"{name} {family} {metric}": np.array([s[metric] for s in scores], dtype=np.float32)
        for metric in scores[0]
    }


def replay(racing, scores, rng):
    """Run a search over the candidates in random order; return fits, winner's place and loss."""
    n, K = scores.shape
    scores = scores[rng.permutation(n)][:, rng.permutation(K)]
    seen = np.full((n, K), np.nan)
    complete = np.zeros(n, dtype=bool)
    for i in range(n):
        for k in range(K):
            seen[i, k] = scores[i, k]
            if racing.has_lost(seen[complete], seen[i]):
                break
        complete[i] = not np.isnan(seen[i]).any()
    while len(rows := racing.to_complete(seen[complete], seen[~complete])):
        rows = np.flatnonzero(~complete)[rows]
        seen[rows], complete[rows] = scores[rows], True
    means = scores.mean(axis=1)
    loss = means.max() - means[complete].max()
    return 1 - np.isfinite(seen).mean(), loss < 1e-7, loss  # scores are stored in 32 bits


def measure(racing, tables, n_folds, n_orders, top_half=False):
    """Return a row of saved, same and loss for each table, over random orders of candidates."""
    rows = {}
    rng = np.random.default_rng(0)
    for name, scores in tables.items():
        scores = scores[:, :n_folds]
        if top_half:
            means = scores.mean(axis=1)
            scores = scores[means >= np.median(means)]
        rows[name] = np.mean([replay(racing, scores, rng) for _ in range(n_orders)], axis=0)
    return rows


def report(label, rows):
    """Print the means over the tables, and over those of each metric."""
    metrics = {name.split()[-1] for name in rows}
    groups = {"all": list(rows)} | {
        metric: [name for name in rows if name.endswith(f" {metric}")]
        for metric in sorted(metrics)
    }
    for group, names in groups.items():
        saved, same, loss = np.mean([rows[name] for name in names], axis=0)
        print(
            f"{label:28} {group:24} {len(names):3} tables  saved {saved:6.1%}  "
            f"same {same:6.1%}  loss {loss:.5f}"
        )


def main():
    from skhpo.schedules.racing import RULES, Racing

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--orders", type=int, default=20)
    parser.add_argument("--rule", choices=list(RULES), action="append")
    parser.add_argument("--top-half", action="store_true")
    parser.add_argument("--tables", action="store_true", help="print a line for each table")
    arguments = parser.parse_args()
    if arguments.make:
        make(arguments.data)
    tables = {name: scores.astype(float) for name, scores in np.load(STORE).items()}
    for n_folds in (10, 5):
        for rule in arguments.rule or RULES:
            racing = Racing(rule=rule)
            rows = measure(racing, tables, n_folds, arguments.orders, arguments.top_half)
            report(f"{n_folds} folds, {rule}", rows)
            for name, (saved, same, loss) in rows.items() if arguments.tables else ():
                print(f"  {name:48} {saved:6.1%} {same:6.1%} {loss:.5f}")


if __name__ == "__main__":
    main()
