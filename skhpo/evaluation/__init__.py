"""One task, and where it runs."""

from skhpo.evaluation._executor import Executor
from skhpo.evaluation._job import Job
from skhpo.evaluation._limits import parse_memory, unenforceable
from skhpo.evaluation._task import run_task

__all__ = ["Executor", "Job", "parse_memory", "run_task", "unenforceable"]
