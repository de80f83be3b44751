"""What must stand before the first test module is imported."""

import warnings

with warnings.catch_warnings():
    # pandas 2.2.0, the lowest version supported, warns about PyArrow when it is imported, and
    # warnings are errors in the tests. Imported here once, it has said so before they begin.
    warnings.simplefilter("ignore", DeprecationWarning)
    import pandas as pd  # noqa: F401
