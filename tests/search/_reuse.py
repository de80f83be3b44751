"""Interpreters of sandboxes that serve one test after another: a start takes a second or two."""

import atexit

import pytest

from skhpo.evaluation._sandbox_process import ChildProcess

_idle = []
_start = ChildProcess._start_interpreter
_bury = ChildProcess._bury_server


def _take(child):
    while _idle:
        child._server, child._control = _idle.pop()
        if child._server.poll() is None:
            return
    _start(child)


def _give(child):
    """Keep a server that is as it was born: the process for fits has left, and no word waits."""
    is_idle = child._fork and child.pid is None and child._channel is None
    if is_idle and child._server is not None and child._server.poll() is None:
        _idle.append((child._server, child._control))
        child._server = child._control = None
    else:
        _bury(child)


@atexit.register
def _end_all():
    for server, control in _idle:
        control.close()
        server.wait()


@pytest.fixture(scope="module")
def reused_interpreters():
    """Let searches of this process take over interpreters; how they start is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ChildProcess, "_start_interpreter", _take)
        patch.setattr(ChildProcess, "_bury_server", _give)
        yield
