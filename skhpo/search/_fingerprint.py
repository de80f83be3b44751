"""Which search is this? What a journal is compared with before it is continued."""

import platform
import re
from collections.abc import Mapping
from typing import Any

import joblib
import numpy as np
import scipy
import sklearn

from skhpo._version import __version__

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SHOWN = 120  # characters of a long description that are kept for people


def fingerprint(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return a short text for each part that is equal where the parts are equal.

    Parameters
    ----------
    parts : dict of str to object
        Data (hashed by content) under ``X``, ``y``, ``splits`` and ``metadata``; all else is
        described by its ``repr`` without memory addresses.

    Returns
    -------
    dict of str to str
        One entry a part.
    """
    by_content = {"X", "y", "splits", "metadata"}
    return {
        name: str(joblib.hash(part)) if name in by_content else _described(part)
        for name, part in parts.items()
    }


def versions() -> dict[str, str]:
    """Return the versions that may explain why two runs differ."""
    return {
        "python": platform.python_version(),
        "skhpo": __version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


def _described(part: Any) -> str:
    with sklearn.config_context(print_changed_only=False):
        text = part if isinstance(part, str) else _full_repr(part)
    text = _ADDRESS.sub("", text)
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}... [{joblib.hash(text)}]"


def _full_repr(part: Any) -> str:
    if isinstance(part, sklearn.base.BaseEstimator):
        return str(part.__repr__(N_CHAR_MAX=10**6))
    return repr(part)
