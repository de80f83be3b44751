"""What must stand before the first test module is imported."""

import os
import warnings

# Two workers of the tests, with processes of their own below them, take all processors as it is;
# threads of a BLAS in each of these would only get into each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

with warnings.catch_warnings():
    # pandas 2.2.0, the lowest version supported, warns about PyArrow when it is imported, and
    # warnings are errors in the tests. Imported here once, it has said so before they begin.
    warnings.simplefilter("ignore", DeprecationWarning)
    import pandas as pd  # noqa: F401
