"""A search space: what may be tried, and its image in the unit cube."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skhpo.space._compile import Layout, compile_group
from skhpo.space._cube import Bools, Cube
from skhpo.space._decode import decode
from skhpo.space._dicts import merge
from skhpo.space._dimension import Floats
from skhpo.space._encode import check_names, encode
from skhpo.space._enumerate import enumerate_layout, size
from skhpo.space._flatten import flatten
from skhpo.space._forbidden import Constraint, check_forbidden, is_allowed
from skhpo.space._locate import locate
from skhpo.space._parse import check_definition, parse_dict
from skhpo.space._restrict import matched, restrict
from skhpo.space._text import space_text
from skhpo.space._tree import Group, walk
from skhpo.space._values import show
from skhpo.space.column import Column
from skhpo.space.distribution import describe
from skhpo.space.restriction import Restriction

Definition = Mapping[str, Any] | Iterable[Mapping[str, Any]]

MIN_DRAWS = 10_000  # random settings tried before a constraint counts as too strict
MIN_BATCH = 16  # settings drawn at once in search of allowed ones
ENOUGH = 16  # allowed ones among them that settle the matter
MAX_DRAWS = 1_000_000  # random settings of one call to draw
MIN_SHARE = 1e-3  # share of them that has to be allowed


class Space:
    """What may be tried.

    Parameters
    ----------
    definition : dict, list of dict, or Space
        By the names that ``set_params`` takes, one of:

        * :class:`Real`, :class:`Integer` or :class:`Choice`;
        * a list (or range, or array) of alternatives; numbers among themselves are ordered by
          size. Estimators in it may be templates: dimensions in the place of their parameters
          are searched with them, and only with them;
        * a tuple ``(low, high)``, also ``(low, high, "uniform")`` or
          ``(low, high, "log-uniform")``: a range, of whole numbers if both ends are;
        * a frozen distribution of :mod:`scipy.stats`, or an object with ``rvs``;
        * a dimension of scikit-optimize or sklearn-genetic-opt, a distribution of Optuna, or an
          ``hp`` expression of hyperopt;
        * an estimator template.

        Of a list of dicts, each is a space of its own. It is sampled level by level: first
        the value of a key that tells the dicts apart (the model), then the rest.
    forbidden : callable or sequence of callables, default=None
        Each takes a dict of parameters, in which a missing one is None, and returns whether
        the combination is forbidden.

    Attributes
    ----------
    columns : tuple of Column
        The coordinates of the encoded space, parents before their children. A parameter with
        a single value has none.
    n_dims : int
        Number of columns.
    size : int or float
        Number of configurations, forbidden ones included; ``math.inf`` where it is not finite.

    Raises
    ------
    TypeError
        If the definition, or a value in it, is not of a form named above.
    ValueError
        If a range, a sequence or a combination of them makes no sense.

    See Also
    --------
    Choice : Alternatives, and parameters that exist with one of them.

    Notes
    -----
    A point of the unit cube has one coordinate a column. Discrete and categorical columns are
    divided into cells as wide as their probabilities, so the uniform distribution on the cube
    is the prior. Coordinates of inactive columns are NaN.

    Where dicts of a list overlap in continuous parameters alone, the first that fits encodes.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Real, Space, When
    >>> space = Space(
    ...     {
    ...         "C": Real(1e-3, 1e3, log=True),
    ...         "kernel": Choice("rbf", When("poly", degree=Integer(2, 5))),
    ...     }
    ... )
    >>> print(space)
    Space: 3 columns, infinite size
      C: 0.001 to 1000.0, log
      kernel
        'rbf'
        'poly'
          degree: 2 to 5
    >>> space.encode({"C": 1.0, "kernel": "rbf"})
    array([0.5 , 0.25,  nan])
    >>> space.decode([1.0, 0.7, 0.3])
    {'C': 1000.0, 'kernel': 'poly', 'degree': 3}
    """

    _definition: list[dict[str, Any]]
    _fixed: tuple[tuple[int, int], ...]  # columns and cells, one restriction each

    def __init__(
        self,
        definition: "Definition | Space",
        *,
        forbidden: Constraint | Sequence[Constraint] | None = None,
    ) -> None:
        self._forbidden = check_forbidden(forbidden)
        if isinstance(definition, Space):
            self._forbidden = definition._forbidden + self._forbidden
            self._definition, self._fixed = definition._definition, definition._fixed
            self._set_tree(definition._tree, definition._sources)
            return
        self._definition = check_definition(definition)
        self._fixed = ()
        groups = [parse_dict(part) for part in self._definition]
        # Enumeration follows the dicts as they were given, so their own trees are kept.
        self._set_tree(merge(groups), [*map(compile_group, groups)] if len(groups) > 1 else [])

    def _set_tree(self, tree: Group, sources: Sequence[Layout]) -> None:
        """Work with this tree; ``sources`` are what to enumerate where that is not the tree."""
        self._tree, self._sources = tree, sources
        self._layout = compile_group(tree)
        self._cube = Cube(self._layout.columns)
        self._is_checked = False  # whether forbidden leaves enough to draw from

    # -- the encoded side ----------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        """The coordinates of the encoded space, parents before their children."""
        return self._layout.columns

    @property
    def paths(self) -> frozenset[str]:
        """The ``set_params`` names of all parameters."""
        return frozenset(path for column in self.columns for path in column.paths)

    @property
    def n_dims(self) -> int:
        """Number of columns."""
        return len(self._layout.columns)

    @cached_property
    def size(self) -> int | float:
        """Number of configurations, forbidden ones included; ``math.inf`` if not finite."""
        return size(self._layout)

    def count(self, n_levels: int | None = None) -> int | float:
        """Return the number of configurations of a grid, forbidden ones included.

        Parameters
        ----------
        n_levels : int or None, default=None
            Into how many levels continuous parameters, and whole numbers of which there are
            more, are divided; None: all values.

        Returns
        -------
        int or float
            ``math.inf`` if not finite.

        Examples
        --------
        >>> from skhpo.space import Space
        >>> Space({"C": (0.0, 1.0), "kernel": ["rbf", "linear"]}).count(5)
        10
        """
        return self.size if n_levels is None else size(self._layout, n_levels)

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw points from the prior.

        Parameters
        ----------
        n : int
            How many.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray of shape (n, n_dims)
            Snapped points, none of them forbidden; fewer than ``n`` if a million draws hold no
            more.

        Raises
        ------
        ValueError
            At the first call, if ``forbidden`` leaves less than about one setting in a thousand.
        """
        if not self._forbidden:
            return self.snap(rng.random((n, self.n_dims)))
        self._check_share()
        kept: list[Floats] = []
        n_kept = n_tried = 0
        while n_kept < n and n_tried < MAX_DRAWS:
            X = self.snap(rng.random((max(2 * (n - n_kept), MIN_BATCH), self.n_dims)))
            n_tried += len(X)
            kept.append(X[self.allowed(X)][: n - n_kept])
            n_kept += len(kept[-1])
        return np.concatenate(kept) if kept else np.empty((0, self.n_dims))

    def _check_share(self) -> None:
        """Refuse a space of which almost nothing is allowed; looked at once, at the first draw."""
        if self._is_checked:
            return
        rng, n_allowed, n_tried = np.random.default_rng(0), 0, 0
        while n_tried < MIN_DRAWS and n_allowed < ENOUGH:
            X = self.snap(rng.random((MIN_BATCH, self.n_dims)))
            n_tried += len(X)
            n_allowed += int(self.allowed(X).sum())
        if n_allowed < MIN_SHARE * n_tried:
            raise ValueError(
                f"forbidden leaves (almost) nothing: {n_allowed} of {n_tried} random settings "
                "are allowed; at least one in a thousand should be."
            )
        self._is_checked = True

    def activity(self, X: ArrayLike) -> Bools:
        """Say which coordinates are active.

        Parameters
        ----------
        X : array-like of shape (n, n_dims)
            Points, snapped or not.

        Returns
        -------
        ndarray of bool, shape (n, n_dims)
            Whether the parameter of each coordinate exists.
        """
        return self._cube.activity(self._cube.points(X))

    def snap(self, X: ArrayLike) -> Floats:
        """Return points in their canonical form.

        Parameters
        ----------
        X : array-like of shape (n, n_dims)
            Points; anything may stand at inactive coordinates.

        Returns
        -------
        ndarray of shape (n, n_dims)
            Centres of cells where discrete or categorical, NaN where inactive.

        Raises
        ------
        ValueError
            If an active coordinate is NaN.
        """
        return self._cube.snap(self._cube.points(X))

    def allowed(self, X: ArrayLike) -> Bools:
        """Say which points are not forbidden.

        Parameters
        ----------
        X : array-like of shape (n, n_dims)
            Points.

        Returns
        -------
        ndarray of bool, shape (n,)
            True where no constraint forbids the combination.
        """
        X = self._cube.points(X)
        if not self._forbidden:
            return np.ones(len(X), dtype=np.bool_)
        return np.array([self._allows(x) for x in X], dtype=np.bool_)

    def decode(self, x: ArrayLike) -> dict[str, Any]:
        """Return the parameters of a point.

        Parameters
        ----------
        x : array-like of shape (n_dims,)
            The point.

        Returns
        -------
        dict of str to object
            The active parameters, parents before their children: native numbers, and the very
            objects that the user gave.
        """
        params: dict[str, Any] = {}
        decode(self._layout.nodes, np.asarray(x, dtype=np.float64).tolist(), params)
        return params

    def encode(self, params: Mapping[str, Any]) -> Floats:
        """Return the point of parameters.

        Parameters
        ----------
        params : mapping of str to object
            All parameters that exist together, and no other.

        Returns
        -------
        ndarray of shape (n_dims,)
            The snapped point.

        Raises
        ------
        ValueError
            If a parameter is missing or unknown, or its value is not allowed.
        """
        found = encode(self._layout.nodes, params)
        check_names(found.used, params, self._paths)
        return self._cube.point(found.positions)

    def default(self) -> Floats:
        """Return the point of the defaults.

        Returns
        -------
        ndarray of shape (n_dims,)
            The middle of each range and the first of each list of alternatives; as little of
            that changed as is needed where it is forbidden.

        Raises
        ------
        ValueError
            If ``forbidden`` leaves (almost) nothing.
        """
        x = self._cube.snap_one(self._cube.defaults)
        if self._allows(x):
            return x
        nearby = next(filter(self._allows, self._cube.variants()), None)
        return self.draw(1, np.random.default_rng(0))[0] if nearby is None else nearby

    def locate(self, current: Mapping[str, Any]) -> Floats:
        """Return the point nearest to an estimator's current parameters.

        Parameters
        ----------
        current : mapping of str to object
            What ``get_params(deep=True)`` returned.

        Returns
        -------
        ndarray of shape (n_dims,)
            Each current value that lies in its dimension, elsewhere the default. An estimator
            stands for the alternative of its type, by preference the one whose other
            parameters are equal. The default point where the combination is forbidden.
        """
        positions: dict[int, float] = {}
        locate(self._layout.nodes, current, positions)
        x = self._cube.point(positions)
        return x if self._allows(x) else self.default()

    def enumerate(self, n_levels: int | None = None) -> Iterator[Floats]:
        """Iterate over all allowed configurations of a finite space, or of a grid in any.

        Parameters
        ----------
        n_levels : int or None, default=None
            Into how many levels continuous parameters, and whole numbers of which there are
            more, are divided, both ends included; None: all values.

        Returns
        -------
        iterator of ndarray of shape (n_dims,)
            Each configuration once, in the order of scikit-learn's ``ParameterGrid``: dicts in
            the order given, names sorted, the last varying fastest. What exists with an
            alternative varies inside it.

        Raises
        ------
        ValueError
            If the space is not finite and there are no levels.
        """
        if n_levels is None and math.isinf(self.size):
            endless = next(c.name for c in self.columns if c.n_values is None)
            raise ValueError(
                f"The space is not finite: {endless!r} is continuous. "
                "Only lists and whole numbers can be enumerated."
            )
        return filter(self._allows, self._all_points(n_levels))

    def witness(self, j: int) -> Floats:
        """Return a point at which a column is active.

        Parameters
        ----------
        j : int
            Number of the column.

        Returns
        -------
        ndarray of shape (n_dims,)
            The default point (forbidden or not), changed as little as needed.
        """
        return self._cube.witness(j)

    def restricted(self, j: int, cell: int) -> Restriction:
        """Return the part of the space in which one alternative is fixed.

        Parameters
        ----------
        j : int
            Number of a categorical column that is always active.
        cell : int
            Number of the alternative.

        Returns
        -------
        Restriction
            The part as a space of its own, and the maps between its points and those of this
            space. What is forbidden here is forbidden there.

        Raises
        ------
        ValueError
            If the column has no alternatives or is not always active, or there is no such cell.

        Examples
        --------
        >>> from skhpo.space import Choice, Integer, Space, When
        >>> space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
        >>> print(space.restricted(0, 1).space)
        Space: 1 column, size 4
          kernel
            'poly'
              degree: 2 to 5
        """
        column = self.columns[j]
        if column.parents or not column.alternatives:
            wrong = "is not always active" if column.parents else "has no alternatives"
            raise ValueError(f"column {j} ({column.name!r}) should be a choice, but {wrong}.")
        if cell not in range(len(column.alternatives)):
            n = len(column.alternatives)
            raise ValueError(f"cell should be from 0 to {n - 1} in column {j}, got {cell!r}.")
        part, tree = Space(self), restrict(self._layout, j, cell)
        part._fixed = (*self._fixed, (j, cell))
        part._set_tree(tree, [compile_group(tree)] if self._sources else [])
        found = matched(part._layout.nodes, self._layout.nodes, cell)
        columns = np.array([found[k] for k in range(part.n_dims)], dtype=np.intp)
        position = float(column.position(np.asarray(cell)))
        return Restriction(part, columns, self.n_dims, j, position)

    # -- for people ----------------------------------------------------------------------------

    def sample(
        self, n: int | None = None, random_state: Any = None
    ) -> dict[str, Any] | list[dict[str, Any]]:
        """Draw parameters from the prior.

        Parameters
        ----------
        n : int or None, default=None
            How many settings; None for a single one that is not in a list.
        random_state : int, Generator, RandomState or None, default=None
            Fixes the random numbers.

        Returns
        -------
        dict, or list of dict
            Parameters by the names that ``set_params`` takes.

        Examples
        --------
        >>> from skhpo.space import Space
        >>> Space({"max_depth": (1, 8), "criterion": ["gini"]}).sample(random_state=0)
        {'max_depth': 6, 'criterion': 'gini'}
        """
        if hasattr(random_state, "randint"):
            random_state = random_state.randint(2**31 - 1)
        X = self.draw(1 if n is None else n, np.random.default_rng(random_state))
        settings = [self.decode(x) for x in X]
        return settings[0] if n is None else settings

    def contains(self, params: Mapping[str, Any]) -> bool:
        """Say whether parameters lie in the space.

        Parameters
        ----------
        params : mapping of str to object
            Parameters by the names that ``set_params`` takes.

        Returns
        -------
        bool
            Whether they can be encoded and are not forbidden.
        """
        try:
            x = self.encode(params)
        except ValueError:
            return False
        return self._allows(x)

    def flatten(self) -> list[dict[str, Any]]:
        """Return the space as scikit-learn's own searches accept it.

        Returns
        -------
        list of dict
            Lists and distributions by parameter name. Lists alone where the space is finite,
            and then a dict for each configuration if combinations are forbidden. Elsewhere
            distributions keep the prior of each parameter; how often each dict is drawn is
            for scikit-learn to decide.

        Raises
        ------
        ValueError
            If no list of dicts can say the same: combinations of an infinite space are
            forbidden, or a continuous parameter is shared.

        Examples
        --------
        >>> from skhpo.space import Choice, Space, When
        >>> Space({"kernel": Choice("rbf", When("poly", degree=[2, 3]))}).flatten()
        [{'kernel': ['rbf']}, {'kernel': ['poly'], 'degree': [2, 3]}]
        """
        finite = not math.isinf(self.size)
        if not self._forbidden:
            return flatten(self._layout, finite)
        if not finite:
            raise ValueError(
                "The space is infinite and forbids combinations, which a list of dicts cannot say."
            )
        settings = map(self.decode, self.enumerate())
        return [{name: [value] for name, value in params.items()} for params in settings]

    def __str__(self) -> str:
        return space_text(self._tree, self.n_dims, self.size)

    def __repr__(self) -> str:
        parts = [
            f"{{{', '.join(f'{key!r}: {describe(part[key])}' for key in part)}}}"
            for part in self._definition
        ]
        text = parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
        if self._forbidden:
            text += f", forbidden=[{', '.join(map(show, self._forbidden))}]"
        return f"Space({text})" + "".join(f".restricted({j}, {i}).space" for j, i in self._fixed)

    # -- the machinery -------------------------------------------------------------------------

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        """All parameter names."""
        paths = (leaf.path for leaf in walk(self._tree))
        return tuple(dict.fromkeys(path for path in paths if path is not None))

    def _allows(self, x: Floats) -> bool:
        """Whether a point is not forbidden."""
        return not self._forbidden or is_allowed(self._forbidden, self.decode(x))

    def _all_points(self, n_levels: int | None) -> Iterator[Floats]:
        if not self._sources:
            yield from map(np.array, enumerate_layout(self._layout, n_levels))
            return
        seen: set[bytes] = set()
        for source in self._sources:
            for point in enumerate_layout(source, n_levels):
                params: dict[str, Any] = {}
                decode(source.nodes, point, params)
                x = self.encode(params)
                if x.tobytes() not in seen:
                    seen.add(x.tobytes())
                    yield x
