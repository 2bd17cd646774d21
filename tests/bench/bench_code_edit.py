# SPDX-License-Identifier: Apache-2.0
"""`slipway push` of a `program:` job after an edit of one line: bytes sent, or seconds; one JSON line.

    bench_code_edit.py bytes|seconds SLIPWAY CRANE [--repeats N]

The job is the Python example with this repository's backends/ beside it, on a base image in the same registry; it was pushed before.
The registry is a real one, behind a proxy that counts every byte sent to it: requests, heads and all.
"""
import argparse
import contextlib
import pathlib
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

from figures import ROOT, failed, no_figure, report

sys.path.insert(0, str(ROOT / "tests" / "cluster" / "lib"))
import api  # noqa: E402
import registry as images  # noqa: E402
from supervisor import free_port, listens  # noqa: E402

HOST = "127.0.0.1"
BARS = {"bytes": 1e6, "seconds": 2}


class CountingProxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    sent = 0  # towards the registry
    lock = threading.Lock()

    def __init__(self, port):
        self.port = port
        super().__init__((HOST, 0), Connection)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, size):
        with self.lock:
            self.sent += size


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.create_connection((HOST, self.server.port)) as registry:
            back = threading.Thread(target=pass_on, args=(registry, self.request, lambda size: None))
            back.start()
            pass_on(self.request, registry, self.server.count)
            back.join()


def pass_on(source, sink, count):
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            count(len(data))
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def running_registry(folder):
    port = free_port(HOST, 5000)
    config = folder / "registry.yml"
    config.write_text(f"{{version: 0.1, log: {{level: warn, accesslog: {{disabled: true}}}}, http: {{addr: '{HOST}:{port}'}},\n"
                      f" storage: {{filesystem: {{rootdirectory: {folder / 'registry'}}}}}}}\n", encoding="utf-8")
    with open(folder / "registry.log", "wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", config], stdout=log, stderr=log)
    try:
        api.until(lambda: listens(HOST, port), 15, "reach docker-registry")
        yield port
    finally:
        process.terminate()
        process.wait()


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        failed(command[0], done.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=BARS)
    parser.add_argument("slipway")
    parser.add_argument("crane", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    busybox = shutil.which("busybox")
    if not busybox or not shutil.which("docker-registry"):
        no_figure("it needs the packages docker-registry and busybox-static")
    if not options.crane.exists():
        no_figure(f"it needs {options.crane}; tests/cluster/build makes it")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        job = folder / "job"
        shutil.copytree(ROOT / "resources" / "examples" / "program-python", job)
        shutil.copytree(ROOT / "backends", job / "library", ignore=shutil.ignore_patterns("secretscan.cpp"))  # it holds words of secrets
        code = job / "train.py"
        lines = code.read_text(encoding="utf-8").splitlines()
        images.write_layout(folder / "base", {"bin/busybox": busybox}, {"bin/sh": "busybox"}, {"Env": ["PATH=/bin"]})
        measured = {"bytes": [], "seconds": []}
        with running_registry(folder) as port, CountingProxy(port) as proxy:
            address = f"{HOST}:{proxy.server_address[1]}"
            run(options.crane, "push", "--insecure", folder / "base", f"{address}/base:1")
            for repeat in range(options.repeats + 1):
                code.write_text("\n".join([*lines[:-1], f"{lines[-1]}  # {repeat}"]) + "\n", encoding="utf-8")
                proxy.sent, begin = 0, time.perf_counter()
                run(options.slipway, "--home", folder / "home", "push", job, "--set", f"program.image=http://{address}/base:1",
                    "--to", f"http://{address}/jobs/edited:latest")
                if repeat > 0:  # the first push brings everything
                    measured["seconds"].append(time.perf_counter() - begin)
                    measured["bytes"].append(proxy.sent)
        size = sum(file.stat().st_size for file in job.rglob("*") if file.is_file())
    report(f"code-edit-{options.what}", measured[options.what], f"{options.what} of a push, median", BARS[options.what],
           f"the bar alone; the code has {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
