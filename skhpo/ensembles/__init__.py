"""Several candidates of a search in the place of the best."""

from skhpo.ensembles._choosing import METHODS
from skhpo.ensembles._make import Ensemble, make_ensemble, plan_ensemble

__all__ = ["METHODS", "Ensemble", "make_ensemble", "plan_ensemble"]
