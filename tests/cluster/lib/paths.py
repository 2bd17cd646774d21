# SPDX-License-Identifier: Apache-2.0
"""Where the test cluster keeps things, and the names it gives them."""

import pathlib

CLUSTER = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = CLUSTER.parent.parent
WORK = REPOSITORY / "build" / "cluster"
BIN = WORK / "bin"
MANIFESTS = WORK / "manifests"
LOGS = WORK / "logs"  # outlives the state, for a look after a failure
STATE = WORK / "state"
INIT_FILE = WORK / "init.json"  # the process that holds the cluster; see processes.py
CLUSTER_JSON = STATE / "cluster.json"

BRIDGE = "slipway0"
GATEWAY = "10.213.0.1"  # the host, as pods and host both see it
PREFIX_LENGTH = 16
SUBNET = "10.213.0.0/16"
POD_RANGE = ("10.213.1.0", "10.213.250.0")

NODE = "slipway-node"
CGROUP = "slipway-cluster"
CLUSTER_DOMAIN = "cluster.local"
RUN = "/run/slipway"  # inside the cluster's own mount namespace
CONTAINERD_SOCKET = f"{RUN}/containerd.sock"

# Folders that programs insist on. Inside the cluster's mount namespace they
# lead into the state; on the host an empty folder is needed as mount point.
MOUNT_POINTS = ("/var/lib/cni", "/var/lib/kubelet", "/var/log/containers")
