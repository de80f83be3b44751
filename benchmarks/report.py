"""The report of 1,000 candidates: under 2 MB, written in under 3 s, loaded in under 1 s.

    python benchmarks/report.py

A search with six parameters, conditional ones among them, and some failures. Seconds are those of
the processor, the median of three. Loading is measured where the package playwright and a Chromium
are (``--chromium PATH``): until the page's load event, with what it asked the network for and what
it said on the console.
"""

import argparse
import re
import statistics
import tempfile
import time
import warnings
from pathlib import Path

import matplotlib as mpl
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, RandomSearchCV, Real

REPEATS = 3
LARGEST, SLOWEST, SLOWEST_LOAD = 2e6, 3.0, 1.0


def search_of(n_candidates: int) -> RandomSearchCV:
    """Return a fitted search."""
    X, y = load_iris(return_X_y=True)
    steps = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    space = {
        "scale": [StandardScaler(), "passthrough"],
        "model": Choice(
            LogisticRegression(C=Real(1e-4, 1e4, log=True), l1_ratio=Choice(0.0, 0.5)),
            DecisionTreeClassifier(
                max_depth=Integer(1, 20), min_samples_leaf=Integer(1, 50), ccp_alpha=Real(0, 0.1)
            ),
        ),
    }
    search = RandomSearchCV(
        steps, space, n_iter=n_candidates, cv=5, scoring="accuracy", random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lbfgs refuses the elastic net: these are the failures
        return search.fit(X, y)


def load(path: Path, chromium: str) -> tuple[float, list[str], list[str]]:
    """Return the seconds until a browser has loaded a page, its requests and its messages."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda r: None if r.url.startswith("file:") else asked.append(r.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        start = time.perf_counter()
        page.goto(path.as_uri())
        seconds = time.perf_counter() - start
        browser.close()
    return seconds, asked, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--chromium", help="an executable; needs the package playwright")
    options = parser.parse_args()
    mpl.use("Agg")
    search = search_of(options.candidates)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        seconds = []
        for _ in range(REPEATS):
            start = time.process_time()
            search.report(path)
            seconds.append(time.process_time() - start)
        text = path.read_text(encoding="utf-8")
        outside = re.findall(r"<(?:script|img|link|iframe)[^>]*=[\"']?https?:", text)
        print(f"{options.candidates} candidates, {len(text.encode()) / 1e6:.2f} MB", end=", ")
        print(f"{statistics.median(seconds):.2f} CPU s, {len(outside)} files from other hosts")
        assert len(text.encode()) < LARGEST
        assert statistics.median(seconds) < SLOWEST
        assert not outside
        if options.chromium:
            runs = [load(path, options.chromium) for _ in range(REPEATS)]
            loaded = statistics.median(run[0] for run in runs)
            print(f"loaded in {loaded:.2f} s, requests {runs[0][1]}, messages {runs[0][2]}")
            assert loaded < SLOWEST_LOAD
            assert not runs[0][1]
            assert not runs[0][2]


if __name__ == "__main__":
    main()
