# SPDX-License-Identifier: Apache-2.0
"""What the cluster needs from the host, and everything it leaves on the host
outside build/: a bridge, cgroup folders, empty mount points. make() is undone
by clean(), which also works after an unclean end."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import paths

DEBIAN_PACKAGES = {
    "containerd": "containerd",
    "runc": "runc",
    "docker-registry": "docker-registry",
    "ip": "iproute2",
    "unshare": "util-linux",
    "openssl": "openssl",
    "busybox": "busybox-static",
}
CNI_FOLDERS = ("/usr/lib/cni", "/opt/cni/bin")
CREATED = paths.WORK / "mountpoints.json"


def quiet(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def cni_folder():
    for folder in CNI_FOLDERS:
        if os.access(f"{folder}/bridge", os.X_OK):
            return folder
    return None


def reason_against():
    """Why no cluster can run here, as one line, or None."""
    if os.geteuid() != 0:
        return "needs root (network bridge, namespaces, containers)"
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [package for program, package in DEBIAN_PACKAGES.items() if not shutil.which(program)]
    if not cni_folder():
        missing.append("containernetworking-plugins")
    if missing:
        return "needs packages: apt-get install --no-install-recommends " + " ".join(missing)
    if not cgroup_roots():
        return "needs a writable cgroup file system at /sys/fs/cgroup"
    if not quiet("unshare", "--mount", "--pid", "--fork", "--propagation", "private", "true"):
        return "needs to make mount and PID namespaces, which this machine refuses"
    return None


# --- cgroups -------------------------------------------------------------------


def cgroup_roots():
    """The roots under which our cgroup folder is made: one for version 2, one
    per controller for version 1."""
    top = pathlib.Path("/sys/fs/cgroup")
    if (top / "cgroup.controllers").exists():
        roots = [top]
    else:
        roots = [root for root in top.glob("*") if (root / "cgroup.procs").exists() and not root.is_symlink()]
    return [root for root in roots if os.access(root, os.W_OK)]


def make_cgroups():
    for root in cgroup_roots():
        folder = root / paths.CGROUP
        folder.mkdir(exist_ok=True)
        for name in ("cpuset.cpus", "cpuset.mems"):  # version 1: empty until filled
            if (root / "cgroup.sane_behavior").exists() and (folder / name).exists():
                (folder / name).write_text((root / name).read_text())


def clean_cgroups(limit=5.0):
    end = time.monotonic() + limit
    while True:
        left = []
        for root in cgroup_roots():
            folder = root / paths.CGROUP
            for path, _, _ in os.walk(folder, topdown=False) if folder.exists() else ():
                try:
                    os.rmdir(path)
                except OSError:
                    left.append(path)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.05)


# --- network -------------------------------------------------------------------

FORWARD_RULE = ("FORWARD", "-i", paths.BRIDGE, "-o", paths.BRIDGE, "-j", "ACCEPT")


def bridge_owner():
    """The state folder for which the bridge was made, or None without bridge."""
    try:
        return pathlib.Path(f"/sys/class/net/{paths.BRIDGE}/ifalias").read_text().strip()
    except OSError:
        return None


def make_bridge():
    def ip(*arguments):
        subprocess.run(("ip", *arguments), check=True)

    # A fixed address, else it changes with the pods that come and go.
    ip("link", "add", paths.BRIDGE, "address", "02:51:1b:3a:79:01", "type", "bridge")
    ip("link", "set", paths.BRIDGE, "alias", str(paths.STATE))
    ip("address", "add", f"{paths.GATEWAY}/{paths.PREFIX_LENGTH}", "dev", paths.BRIDGE)
    ip("link", "set", paths.BRIDGE, "up")
    # Pods reach each other over the bridge; a host firewall that also sees
    # bridged packets must let them through.
    filtered = pathlib.Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
    if filtered.exists() and filtered.read_text().strip() == "1" and shutil.which("iptables"):
        quiet("iptables", "-w", "-I", *FORWARD_RULE)


def clean_bridge():
    if bridge_owner() is not None:
        quiet("ip", "link", "delete", paths.BRIDGE)
    if shutil.which("iptables"):
        while quiet("iptables", "-w", "-D", *FORWARD_RULE):
            pass


# --- mount points and mounts -----------------------------------------------------


def make_mount_points():
    created = []
    for point in paths.MOUNT_POINTS:
        if not os.path.isdir(point):
            os.makedirs(point)
            created.append(point)
    CREATED.write_text(json.dumps(created) + "\n")


def clean_mount_points():
    try:
        created = json.loads(CREATED.read_text())
    except (OSError, ValueError):
        return
    for point in created:
        try:
            os.rmdir(point)
        except OSError:
            pass  # not empty: in use by somebody else
    CREATED.unlink()


def clean_mounts():
    """Undoes mounts below the state that reached the host's namespace."""
    with open("/proc/self/mountinfo") as file:
        points = [line.split()[4] for line in file]
    for point in sorted(points, reverse=True):
        if point.startswith(f"{paths.STATE}/"):
            quiet("umount", "--lazy", point)


# --- all of it -------------------------------------------------------------------


def make():
    paths.STATE.mkdir(parents=True, mode=0o755)
    shutil.rmtree(paths.LOGS, ignore_errors=True)
    paths.LOGS.mkdir()
    make_mount_points()
    make_cgroups()
    make_bridge()


def clean():
    """Returns what could not be removed, as a list of paths."""
    clean_bridge()
    left = clean_cgroups()
    clean_mount_points()
    clean_mounts()
    shutil.rmtree(paths.STATE, ignore_errors=True)
    if paths.STATE.exists():
        left.append(str(paths.STATE))
    return left
