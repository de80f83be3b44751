"""The example tunes a forecast that beats the seasonal-naive one."""

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "plot_forecasting.py"


@pytest.mark.slow
def test_the_tuned_forecast_is_the_best(capsys, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    try:
        found = runpy.run_path(str(EXAMPLE))
    finally:
        plt.close("all")
    errors = found["errors"]
    assert errors["tuned"] < 0.9 * errors["seasonal-naive"]
    assert errors["tuned"] < errors["untuned"]
    assert found["search"].best_params_["pipeline__past__season"] in (14, 28)
    assert "half year held out" in capsys.readouterr().out
