"""The loop: ask, submit, collect, log, tell; resume is replay."""

from skhpo.engine._kept import Kept
from skhpo.engine._loop import Engine
from skhpo.engine._ports import Log, NoLog, TaskRunner, never
from skhpo.engine._race import Race

__all__ = ["Engine", "Kept", "Log", "NoLog", "Race", "TaskRunner", "never"]
