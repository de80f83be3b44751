"""One task, and where it runs."""

from skhpo.evaluation._executor import Executor
from skhpo.evaluation._job import Job
from skhpo.evaluation._task import run_task

__all__ = ["Executor", "Job", "run_task"]
