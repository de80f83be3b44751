"""Callbacks that keep a search in MLflow, Weights & Biases or TensorBoard.

Each is given to a search as ``callbacks=``. The package that it writes with is loaded when a
search begins; ``pip install "skhpo[mlflow]"``, ``"skhpo[wandb]"`` or ``"skhpo[tensorboard]"``.
"""

from skhpo.tracking._mlflow import MLflow
from skhpo.tracking._tensorboard import TensorBoard
from skhpo.tracking._wandb import WandB

__all__ = ["MLflow", "TensorBoard", "WandB"]
