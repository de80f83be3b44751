"""Which parameters of a support vector machine mattered in a search."""

from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import Choice, RandomSearchCV, Real, When, parameter_importance

X, y = load_breast_cancer(return_X_y=True)
space = {
    "svc__C": Real(1e-3, 1e3, log=True),
    "svc__kernel": Choice("linear", When("rbf", gamma=Real(1e-4, 1, log=True))),
    "svc__shrinking": [True, False],
}
model = make_pipeline(StandardScaler(), SVC())
search = RandomSearchCV(model, space, n_iter=100, random_state=0).fit(X, y)
for method in ["fanova", "gp", "permutation", "ped_anova", "ablation"]:
    table = parameter_importance(search, method=method, random_state=0)
    print(f"\n{method}\n{table.round(3).to_string(index=False)}")
