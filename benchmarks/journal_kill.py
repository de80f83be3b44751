"""What a journal loses when its writers are killed.

``python benchmarks/journal_kill.py`` kills writers with SIGKILL at random moments, half of the
rounds with one writer and half with two on one file. A writer names each record on a pipe once
``append`` has returned. After each round, every record that was named has to be in the file
exactly once, and the file has to take another record. Every few rounds the writers meet a new
file; in between they continue the one that the dead left behind.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from skhpo import journal
from skhpo.journal import Journal, read

HEADER = {"fingerprint": {"X": "ab12", "seed": 3}}
PATHS = os.pathsep.join([str(Path(journal.__file__).parents[1]), *sys.path])
LONG = 1 << 18  # characters: many pages, so that a kill can fall into the middle of a write


def write(path, name):
    """Append records until killed, and name each of them once it is safe."""
    rng = random.Random(name)
    os.write(1, b"ready\n")
    with Journal(path, HEADER) as opened:
        for number in range(sys.maxsize):
            size = rng.randrange(LONG) if rng.random() < 0.05 else rng.randrange(400)
            opened.append({"id": f"{name}-{number}", "text": "x" * size})
            os.write(1, f"{name}-{number}\n".encode())


class Writer:
    """A process that writes, and the names of what it says is safe."""

    def __init__(self, path, name):
        command = [sys.executable, __file__, "--write", str(path), name]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PATHS}
        )
        self.output = b""
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._drain)
        self.thread.start()

    def wait_until_ready(self):
        """Return when the process is about to open the journal."""
        self.ready.wait()

    def _drain(self):
        self.process.stdout.readline()
        self.ready.set()
        self.output = self.process.stdout.read()

    def kill(self):
        """Kill it and return the names; a name that was cut off in the pipe is none."""
        self.process.kill()
        self.process.wait()
        self.thread.join()
        self.process.stdout.close()
        return self.output.decode().split("\n")[:-1]


@dataclass
class Tally:
    """What came of all rounds of a kind."""

    writers: int
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    torn: int = 0


def play(tally, path, name, delay):
    """Kill as many writers one after the other, and return the names of what is safe."""
    writers = [Writer(path, f"{name}-{i}") for i in range(tally.writers)]
    for writer in writers:
        writer.wait_until_ready()
    safe = []
    for writer in writers:
        time.sleep(delay())
        safe += writer.kill()
        tally.kills += 1
    return safe


def check(tally, path, name, safe):
    """Count what is wrong with a file after its writers died, and append to it."""
    tally.torn += read(path).n_torn if path.exists() else 0
    with Journal(path, HEADER) as opened:
        opened.append({"id": name})
    found = read(path)
    counts = Counter(record["id"] for record in found.records)
    tally.lost += sum(counts[key] == 0 for key in [*safe, name])
    tally.doubled += sum(count - 1 for count in counts.values())
    tally.unreadable += found.n_damaged + found.n_torn + (found.header != HEADER)


def tally_of(folder, *, rounds, writers, seed, rounds_a_file=4, longest=0.12):
    """Return the tally of so many rounds.

    Parameters
    ----------
    folder : Path
        Where the journals are written.
    rounds, writers : int
        How many rounds, and how many writers in each of them.
    seed : int
        Fixes when the writers are killed, as far as the clock does.
    rounds_a_file : int
        How many rounds continue one file.
    longest : float
        The writers of a round are killed one after the other, each within so many seconds.
    """
    rng = random.Random(seed)
    tally = Tally(writers)
    for number in range(rounds):
        if number % rounds_a_file == 0:
            path, safe = folder / f"{writers}-{number}.jsonl", []
        safe += play(tally, path, f"{number}", lambda: rng.uniform(0, longest))
        check(tally, path, f"after-{number}", safe)
        safe.append(f"after-{number}")
        if (number + 1) % rounds_a_file == 0 or number + 1 == rounds:
            tally.acknowledged += len(safe)
            path.unlink()
    return tally


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", nargs=2, metavar=("PATH", "NAME"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        write(*arguments.write)
    columns = ["writers", "kills", "acknowledged", "lost", "doubled", "unreadable", "torn"]
    print(" ".join(f"{column:>12}" for column in columns))
    for writers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            tally = tally_of(
                Path(folder), rounds=arguments.rounds // 2, writers=writers, seed=arguments.seed
            )
        print(" ".join(f"{getattr(tally, column):>12}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
