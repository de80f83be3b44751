"""How much of the resource each candidate gets: one schedule a file.

A schedule is a state machine over numbers; see `Schedule` for what the engine asks of it.
"""

from skhpo.schedules._base import Action, Curve, Done, Promote, Sample, Schedule, Veto, Wait
from skhpo.schedules.asha import Asha, AshaStopping
from skhpo.schedules.full import Full
from skhpo.schedules.halving import SuccessiveHalving
from skhpo.schedules.rungs import Rung

__all__ = [
    "Action",
    "Asha",
    "AshaStopping",
    "Curve",
    "Done",
    "Full",
    "Promote",
    "Rung",
    "Sample",
    "Schedule",
    "SuccessiveHalving",
    "Veto",
    "Wait",
]
