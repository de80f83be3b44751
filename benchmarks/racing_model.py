"""What racing saves when a model proposes the candidates, and what it costs in score.

A Gaussian process proposes better and better candidates, which are harder to tell from the best
than random ones. `BayesSearchCV` runs on each task with and without ``racing``, with the same
seeds and folds; the fits of the finalists that racing completes in the end are counted.

    OMP_NUM_THREADS=1 python benchmarks/racing_model.py [--n-iter 50] [--cv 10] [--seeds 3]
"""

import argparse
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from skhpo import BayesSearchCV

LOG_C = (1e-3, 1e3, "log-uniform")
LOG_GAMMA = (1e-5, 1e1, "log-uniform")


def scaled(model):
    """Return the model behind a scaler."""
    return make_pipeline(StandardScaler(), model)


def tasks():
    """Yield name, data, estimator, space and scoring."""
    digits = [part[:700] for part in load_digits(return_X_y=True)]
    cancer, wine, diabetes = (
        load(return_X_y=True) for load in (load_breast_cancer, load_wine, load_diabetes)
    )
    svc = {"svc__C": LOG_C, "svc__gamma": LOG_GAMMA}
    svr = {"svr__C": LOG_C, "svr__gamma": LOG_GAMMA, "svr__epsilon": (1e-2, 1e1, "log-uniform")}
    tree = {"max_depth": (1, 15), "min_samples_leaf": (1, 40), "criterion": ["gini", "entropy"]}
    trees = {"max_features": (0.05, 1.0), "min_samples_leaf": (1, 20)}
    near = {"n_neighbors": (1, 50), "p": (1.0, 3.0), "weights": ["uniform", "distance"]}
    net = {"elasticnet__alpha": (1e-4, 1e1, "log-uniform"), "elasticnet__l1_ratio": (0.0, 1.0)}
    logistic = {"logisticregression__C": LOG_C}
    forest = ExtraTreesClassifier(30, random_state=0)
    yield "digits svc", digits, scaled(SVC()), svc, "accuracy"
    yield "digits knn", digits, KNeighborsClassifier(), near, "accuracy"
    yield "cancer svc", cancer, scaled(SVC()), svc, "roc_auc"
    yield (
        "cancer logistic",
        cancer,
        scaled(LogisticRegression(max_iter=500)),
        logistic,
        "neg_log_loss",
    )
    yield "cancer tree", cancer, DecisionTreeClassifier(random_state=0), tree, "roc_auc"
    yield "cancer forest", cancer, forest, trees, "neg_log_loss"
    yield "wine svc", wine, scaled(SVC()), svc, "accuracy"
    yield "diabetes svr", diabetes, scaled(SVR()), svr, "r2"
    yield "diabetes net", diabetes, scaled(ElasticNet(max_iter=3000)), net, "r2"


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-iter", type=int, default=50)
    parser.add_argument("--cv", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(f"{'task':16} {'metric':13} {'fits saved':>10} {'full':>9} {'raced':>9} {'lost':>9}")
    everything = []
    for name, (X, y), estimator, space, scoring in tasks():
        rows = []
        for seed in range(args.seeds):
            options = {"n_iter": args.n_iter, "cv": args.cv, "scoring": scoring, "refit": False}
            full, raced = (
                BayesSearchCV(estimator, space, racing=racing, random_state=seed, **options).fit(
                    X, y
                )
                for racing in (False, True)
            )
            n_fits = raced.cv_results_["n_splits_evaluated"].sum()
            best = [np.nanmax(s.cv_results_["mean_test_score"]) for s in (full, raced)]
            rows.append([1 - n_fits / (args.n_iter * args.cv), *best, best[0] - best[1]])
        saved, a, b, lost = np.mean(rows, axis=0)
        everything += rows
        print(f"{name:16} {scoring:13} {saved:10.1%} {a:9.4f} {b:9.4f} {lost:9.5f}", flush=True)
    saved, _, _, lost = np.mean(everything, axis=0)
    print(f"{'all':16} {'':13} {saved:10.1%} {'':9} {'':9} {lost:9.5f}")


if __name__ == "__main__":
    main()
