"""The example tunes a forecast that beats the seasonal-naive one."""

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "forecasting.py"


@pytest.mark.slow
def test_the_tuned_forecast_is_the_best(capsys):
    errors = runpy.run_path(str(EXAMPLE))["main"]()
    assert errors["tuned"] < 0.9 * errors["seasonal-naive"]
    assert errors["tuned"] < errors["untuned"]
    out = capsys.readouterr().out
    assert "pipeline__past__season = 14" in out or "pipeline__past__season = 28" in out
    assert "half year held out" in out
