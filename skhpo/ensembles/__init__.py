"""Several candidates of a search in the place of the best."""

from skhpo.ensembles._make import Ensemble, make_ensemble

__all__ = ["Ensemble", "make_ensemble"]
