# SPDX-License-Identifier: Apache-2.0
"""Starts the cluster's programs inside its namespaces, each with its own log,
and knows their ids on the host."""

import os
import resource
import socket
import subprocess
import threading
import time

import paths

HOST_PROC = f"{paths.RUN}/hostproc"  # the host's /proc, kept before ours is mounted


class ComponentEnded(Exception):
    pass


class Supervisor:
    def __init__(self, report):
        self.report = report
        self.children = {}
        self.lock = threading.Lock()
        self.begun = time.monotonic()

    def start(self, name, *command, environment=None):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        with open(paths.LOGS / f"{name}.log", "ab") as log, self.lock:
            self.children[name] = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env={"PATH": os.environ["PATH"], "HOME": "/root", **(environment or {})}, start_new_session=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard)))

    def check(self, name):
        """Raises ComponentEnded when the program has ended."""
        with self.lock:
            code = self.children[name].poll()
        if code is None:
            return
        log = (paths.LOGS / f"{name}.log").read_text(errors="replace").strip().splitlines()
        words = f"exit code {code}" if code >= 0 else f"signal {-code}"
        raise ComponentEnded(f"{name} ended with {words}; its log {paths.LOGS}/{name}.log ends:\n  " +
                             "\n  ".join(line[:300] for line in log[-5:]))

    def ready(self, what):
        self.report(f"{what:<20} ready at {time.monotonic() - self.begun:5.1f} s")

    def host_ids(self):
        """{name: process id on the host}."""
        ours = os.readlink("/proc/self/ns/pid")
        inside = {child.pid: name for name, child in self.children.items()}
        result = {}
        for entry in os.listdir(HOST_PROC):
            if not entry.isdigit():
                continue
            try:
                if os.readlink(f"{HOST_PROC}/{entry}/ns/pid") != ours:
                    continue
                with open(f"{HOST_PROC}/{entry}/status") as file:
                    pids = next(line for line in file if line.startswith("NSpid:")).split()
            except (OSError, StopIteration):
                continue  # ended meanwhile
            if int(pids[-1]) in inside:
                result[inside[int(pids[-1])]] = int(entry)
        return dict(sorted(result.items()))


_given = set()


def free_port(host, preferred=0):
    """A free TCP port of HOST, the preferred one where possible."""
    for port in (preferred, 0, 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections of a former life
            try:
                probe.bind((host, port))
            except OSError:
                continue
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port
    raise OSError(f"no free TCP port on {host}")


def listens(host, port):
    with socket.create_connection((host, port), timeout=1):
        return True
