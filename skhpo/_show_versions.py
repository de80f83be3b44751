"""What a bug report needs to say about the installation."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = (
    "skhpo",
    "scikit-learn",
    "numpy",
    "scipy",
    "pandas",
    "joblib",
    "threadpoolctl",
    "matplotlib",
    "distributed",
    "ray",
)


def show_versions() -> None:
    """Print the versions of Python, the system and the packages that matter to skhpo.

    Examples
    --------
    >>> import skhpo
    >>> skhpo.show_versions()  # doctest: +ELLIPSIS
    System:
        python: ...
    """
    print("System:")  # noqa: T201
    for name, value in _system().items():
        print(f"{name:>10}: {value}")  # noqa: T201
    print("\nPackages:")  # noqa: T201
    for name in _PACKAGES:
        print(f"{name:>15}: {_version(name)}")  # noqa: T201


def _system() -> dict[str, str]:
    return {
        "python": sys.version.replace("\n", " "),
        "executable": sys.executable,
        "machine": platform.platform(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
