# SPDX-License-Identifier: Apache-2.0
"""Finding and ending the cluster's processes.

All of them live in one PID and mount namespace, held by one process ("init",
bringup.py). Ending that one by its recorded id makes the kernel end the rest
and drop every mount, however the cluster got into its state.
"""

import json
import os
import signal
import time

import paths


def start_time(pid):
    """Clock ticks since boot at which PID started, or None: tells a process
    from a later one with the same id."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    if fields[0] in (b"Z", b"X"):
        return None
    return int(fields[19])


def record(names):
    """Writes which processes hold the cluster: {role: pid}, host ids."""
    entries = [{"role": role, "pid": pid, "started": start_time(pid)} for role, pid in names.items()]
    temporary = paths.INIT_FILE.with_suffix(".tmp")
    temporary.write_text(json.dumps(entries) + "\n")
    temporary.rename(paths.INIT_FILE)


def recorded():
    """The recorded processes that are alive, as {role: pid}."""
    try:
        entries = json.loads(paths.INIT_FILE.read_text())
    except (OSError, ValueError):
        return {}
    return {
        entry["role"]: entry["pid"]
        for entry in entries
        if entry["started"] is not None and start_time(entry["pid"]) == entry["started"]
    }


def end_recorded(limit=10.0):
    """Ends the recorded processes; returns the ids that would not end."""
    pids = recorded()
    for role in ("init", "outer"):
        if role in pids:
            try:
                os.kill(pids[role], signal.SIGKILL)
            except ProcessLookupError:
                pass
    end = time.monotonic() + limit
    while (left := recorded()) and time.monotonic() < end:
        time.sleep(0.05)
    if not left:
        paths.INIT_FILE.unlink(missing_ok=True)
    return list(left.values())
