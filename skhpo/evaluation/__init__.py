"""One task, and where it runs."""

from skhpo.evaluation._eval_set import with_eval_set
from skhpo.evaluation._executor import Executor
from skhpo.evaluation._job import Job
from skhpo.evaluation._limits import parse_memory, unenforceable
from skhpo.evaluation._predictions import classes_of
from skhpo.evaluation._resource import Resource
from skhpo.evaluation._samples import is_in_time, least_rows, sample_orders, time_ranks
from skhpo.evaluation._task import run_task

__all__ = [
    "Executor",
    "Job",
    "Resource",
    "classes_of",
    "is_in_time",
    "least_rows",
    "parse_memory",
    "run_task",
    "sample_orders",
    "time_ranks",
    "unenforceable",
    "with_eval_set",
]
