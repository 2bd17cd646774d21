# SPDX-License-Identifier: Apache-2.0
"""First process of the cluster's namespaces: brings everything up, reports
each step as a line on stdout ("READY" or "FAILED reason" as the last), then
stays to reap what ends. Started by tests/cluster/up only."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import traceback

import controlplane
import dns
import kubeconfig
import kueue
import node
import paths
import pki
import processes
import registry
import tenants
from supervisor import HOST_PROC, Supervisor


def enter():
    """Records this process by its host id and makes the mounts private to the
    cluster; all of them vanish with it."""
    me = int(os.readlink("/proc/self"))  # /proc is still the host's
    with open("/proc/self/stat") as file:
        outer = int(file.read().rpartition(")")[2].split()[1])
    processes.record({"outer": outer, "init": me})

    def mount(*arguments):
        subprocess.run(("mount", *map(str, arguments)), check=True)

    mount("-t", "tmpfs", "tmpfs", "/run")
    os.makedirs(HOST_PROC)
    os.makedirs("/run/netns")
    os.makedirs("/run/containerd")
    mount("--bind", "/proc", HOST_PROC)
    mount("-t", "proc", "proc", "/proc")
    for point in paths.MOUNT_POINTS:
        source = paths.STATE / "mounts" / point.strip("/").replace("/", "-")
        source.mkdir(parents=True)
        mount("--bind", source, point)


def in_parallel(*actions):
    """Runs all; raises the first failure at once and leaves the others to die
    with this process."""
    results = queue.SimpleQueue()

    def guarded(action):
        try:
            action()
            results.put(None)
        except Exception as error:  # handed to the caller below
            results.put(error)

    for action in actions:
        threading.Thread(target=guarded, args=(action,), daemon=True).start()
    for _ in actions:
        if error := results.get():
            raise error


def bring_up(report):
    supervisor = Supervisor(report)
    enter()
    pki.make()
    plane = controlplane.ControlPlane(supervisor)
    registries = registry.Registries(supervisor)
    queueing = kueue.Kueue(supervisor)
    plane.start()
    registries.start()
    node.start_containerd(supervisor, registries)
    people = kubeconfig.write_people(plane.server)

    def images():
        registries.wait()
        registries.push_images()
        supervisor.ready("registries, images")

    def control_plane():
        plane.wait()
        supervisor.ready("etcd, API server")
        plane.start_controllers()

    in_parallel(images, control_plane)

    def nodes():
        client = plane.client()
        node.wait_containerd(supervisor)
        node.start_kubelet(supervisor, plane.server)
        node.wait_node(supervisor, client)
        supervisor.ready("containerd, kubelet")

    def names():
        dns.start(supervisor, plane.client(), plane.server)
        supervisor.ready("CoreDNS")

    def queues():
        client = plane.client()
        queueing.install(client)
        queueing.start(plane.server)
        queueing.connect(client)
        tenants.make_namespaces(client)
        tenants.make_queues(client, queueing.check)
        queueing.wait_visibility(client)
        tenants.wait_accounts(client)
        tenants.wait_roles(client)
        supervisor.ready("Kueue, queues")

    in_parallel(nodes, names, queues)
    for name in supervisor.children:
        supervisor.check(name)
    describe(supervisor, plane, registries, people)
    return supervisor


def describe(supervisor, plane, registries, people):
    """Writes cluster.json, what tests read."""
    description = {
        "version": 1,
        "server": plane.server,
        "ca": shutil.copy(pki.certificate("ca"), f"{paths.STATE}/ca.crt"),
        "kubectl": str(paths.BIN / "kubectl"),
        "crane": str(paths.BIN / "crane"),
        "kubeconfigs": people,
        "namespaces": {"restricted": "team-a", "quota": "team-b"},
        "queues": {name: {"namespace": "team-a", "clusterQueue": cluster_queue,
                          "quota": tenants.QUOTAS[cluster_queue]} for name, cluster_queue in tenants.QUEUES.items()},
        "node": {"name": paths.NODE, "gpus": node.GPUS, "labels": node.LABELS},
        "registry": {"address": registries.address, "plainHttp": True},
        "privateRegistry": {"address": registries.private_address, "plainHttp": True, "user": registry.USER,
                            "password": registries.password, "dockerConfig": str(registries.docker_config)},
        "images": registries.images,
        "dns": f"{paths.GATEWAY}:53",
        "clusterDomain": paths.CLUSTER_DOMAIN,
        "logs": str(paths.LOGS),
        "pids": supervisor.host_ids(),
        "readySeconds": round(time.monotonic() - supervisor.begun, 1),
    }
    temporary = paths.CLUSTER_JSON.with_suffix(".tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(description, indent=2) + "\n")
    give_away([temporary, *people.values(), paths.STATE / "exec-credential", registries.docker_config.parent,
               registries.docker_config])
    temporary.rename(paths.CLUSTER_JSON)


def give_away(files):
    """Started through sudo, the cluster belongs to who asked for it."""
    owner, group = int(os.environ.get("SUDO_UID", 0)), int(os.environ.get("SUDO_GID", 0))
    for file in files:
        os.chown(file, owner, group)


def reap(supervisor):
    names = {child.pid: name for name, child in supervisor.children.items()}
    while True:
        pid, status = os.wait()
        if pid in names:
            print(f"{names[pid]} ended, wait status {status}", file=sys.stderr, flush=True)


def main():
    def report(line):
        print(line, flush=True)

    try:
        supervisor = bring_up(report)
    except Exception as error:
        traceback.print_exc()
        detail = getattr(error, "stderr", None)
        report(f"FAILED {error}" + (f": {detail.decode(errors='replace').strip()}" if detail else ""))
        os._exit(1)  # ends the namespaces, and with them every program
    report("READY")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    reap(supervisor)
    return 0


if __name__ == "__main__":
    sys.exit(main())
