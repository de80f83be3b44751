"""Contract suites for what others add to skhpo; they need pytest.

Subclass a suite in a test module, give it what it asks for, and run pytest.
"""

from skhpo.testing._problems import SPACES, loss
from skhpo.testing.schedules import ScheduleContract
from skhpo.testing.splitters import SplitterContract
from skhpo.testing.strategies import StrategyContract

__all__ = ["SPACES", "ScheduleContract", "SplitterContract", "StrategyContract", "loss"]
