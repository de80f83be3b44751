"""What all displays share in drawing: colours, marks, axes, and texts that are taken as they are.

Colours are those of Okabe and Ito and the scale "viridis", which people who do not see all colours
can tell apart; whatever a colour says, a mark, a hatch or a place says too.
"""

from typing import Any

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#F0E442", "#000000"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, RED, SKY, BLACK)
MARKS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":")
GREY = "0.55"
SCALE = "viridis"

MANY = 600  # points or cells beyond which they are drawn as an image, in vector formats too
MANY_LINES = 300
LONGEST = 28  # characters of a text in a plot


def axes(ax: Any, size: tuple[float, float] = (6.4, 4.0)) -> Any:
    """Return where to draw: what was given, or the axes of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        What was given.
    size : tuple of float, default=(6.4, 4.0)
        Width and height of a new figure, in inches.

    Returns
    -------
    matplotlib.axes.Axes
        Where to draw.

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def plain(text: object, longest: int = LONGEST) -> str:
    r"""Return a text that matplotlib shows as it is: a dollar begins no formula.

    Parameters
    ----------
    text : object
        What to show; line ends become spaces.
    longest : int, default=28
        Characters; of a longer text the middle is left out.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> plain("a$b$")
    'a\\$b\\$'
    >>> plain("x" * 40, 9)
    'xxxx…xxxx'
    """
    words = "".join(c if c.isprintable() else " " for c in " ".join(str(text).split()))
    if len(words) > longest:
        half = (longest - 1) // 2
        words = f"{words[:half]}…{words[len(words) - half :]}"
    return words.replace("$", r"\$")


def ticks(
    axis: Any, texts: Any, positions: Any = None, longest: int = LONGEST, **options: Any
) -> None:
    """Put texts on an axis.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    texts : sequence of object
        What to write.
    positions : sequence of float or None, default=None
        Where; None for 0, 1, 2...
    longest : int, default=28
        Characters of a text.
    **options : dict of str to object
        Of the texts.
    """
    axis.set_ticks(range(len(texts)) if positions is None else positions)
    axis.set_ticklabels([plain(text, longest) for text in texts], **options)


def legend(ax: Any, **options: Any) -> None:
    """Add a legend where there is something to explain.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    **options : dict of str to object
        Of the legend.
    """
    if not ax.get_legend_handles_labels()[1]:
        return
    for handle in ax.legend(**{"frameon": False, "fontsize": "small", **options}).legend_handles:
        if hasattr(handle, "set_sizes"):  # faint dots of thousands would not be seen
            handle.set(alpha=1.0, sizes=[max(24, *handle.get_sizes())])
