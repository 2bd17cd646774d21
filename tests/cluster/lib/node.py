# SPDX-License-Identifier: Apache-2.0
"""One real node: containerd with runc, CNI on our bridge, kubelet. Its GPUs
are resources in the node's status only; pods that ask for them run on the CPU."""

import json
import pathlib
import socket

import api
import host
import kubeconfig
import paths
import pki
from supervisor import free_port

GPUS = {"nvidia.com/gpu": "4", "nvidia.com/mig-1g.10gb": "2"}
LABELS = {
    "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
    "nvidia.com/gpu.memory": "81559",
    "nvidia.com/gpu.count": "4",
    "nvidia.com/mig.strategy": "mixed",
    "nvidia.com/cuda.driver.major": "550",
}


def start_containerd(supervisor, registries):
    cni = paths.STATE / "cni"
    cni.mkdir()
    # No masquerading and no forwarding: pods talk to each other and to the
    # host's bridge address, and the host's routing stays as it is.
    (cni / "10-slipway.conflist").write_text(json.dumps({
        "cniVersion": "0.4.0",
        "name": "slipway",
        "plugins": [{
            "type": "bridge",
            "bridge": paths.BRIDGE,
            "isGateway": False,
            "ipMasq": False,
            "ipam": {
                "type": "host-local",
                "dataDir": str(paths.STATE / "cni-addresses"),
                "ranges": [[{"subnet": paths.SUBNET, "gateway": paths.GATEWAY,
                             "rangeStart": paths.POD_RANGE[0], "rangeEnd": paths.POD_RANGE[1]}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        }],
    }))
    for address in (registries.address, registries.private_address):
        folder = paths.STATE / "certs.d" / address
        folder.mkdir(parents=True)
        (folder / "hosts.toml").write_text(
            f'server = "http://{address}"\n\n[host."http://{address}"]\n  capabilities = ["pull", "resolve"]\n')
    cri = '[plugins."io.containerd.grpc.v1.cri"'
    config = paths.STATE / "containerd.toml"
    config.write_text(f"""version = 2
root = "{paths.STATE}/containerd"
state = "{paths.RUN}/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "{paths.CONTAINERD_SOCKET}"

[plugins."io.containerd.internal.v1.opt"]
  path = "{paths.STATE}/opt"

{cri}]
  sandbox_image = "{registries.address}/slipway-test/pause:1"
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"

{cri}.containerd]
  snapshotter = "{snapshotter()}"
  default_runtime_name = "runc"

{cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

{cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false

{cri}.cni]
  bin_dir = "{host.cni_folder()}"
  conf_dir = "{cni}"

{cri}.registry]
  config_path = "{paths.STATE}/certs.d"
""")
    supervisor.start("containerd", "containerd", "--config", config)


def snapshotter():
    """overlayfs where the state's file system can carry it (not on another
    overlay), else plain copies."""
    probe = paths.STATE / "overlay-probe"
    for name in ("lower", "upper", "work", "merged"):
        (probe / name).mkdir(parents=True)
    options = f"lowerdir={probe}/lower,upperdir={probe}/upper,workdir={probe}/work"
    if host.quiet("mount", "-t", "overlay", "overlay", "-o", options, str(probe / "merged")):
        host.quiet("umount", str(probe / "merged"))
        return "overlayfs"
    return "native"


def wait_containerd(supervisor):
    def answers():
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(paths.CONTAINERD_SOCKET)
            return True

    api.until(answers, 20, "reach containerd", lambda: supervisor.check("containerd"))


def start_kubelet(supervisor, server):
    # Pods see the cluster's names only.
    (paths.STATE / "resolv.conf").write_text("")
    config = paths.STATE / "kubelet.json"
    config.write_text(json.dumps({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": paths.GATEWAY,
        "port": free_port(paths.GATEWAY, 10250),
        "healthzPort": 0,
        "tlsCertFile": pki.certificate("kubelet"),
        "tlsPrivateKeyFile": pki.key("kubelet"),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": pki.certificate("client-ca")},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{paths.CGROUP}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "makeIPTablesUtilChains": False,
        "localStorageCapacityIsolation": False,
        "containerRuntimeEndpoint": f"unix://{paths.CONTAINERD_SOCKET}",
        "clusterDNS": [paths.GATEWAY],
        "clusterDomain": paths.CLUSTER_DOMAIN,
        "resolvConf": str(paths.STATE / "resolv.conf"),
        "podLogsDir": str(paths.STATE / "podlogs"),
        # Small, so that a test sees a log cut; the shortest interval that the kubelet takes.
        "containerLogMaxSize": "1Mi",
        "containerLogMaxFiles": 2,
        "containerLogMonitorInterval": "3s",
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "nodefs.inodesFree": "1%",
                         "imagefs.available": "1%"},
        "serializeImagePulls": False,
        "registryPullQPS": 0,
        "shutdownGracePeriod": "0s",
    }))
    supervisor.start(
        "kubelet", paths.BIN / "kubelet",
        f"--kubeconfig={kubeconfig.write_component('kubelet', server)}",
        f"--config={config}",
        f"--hostname-override={paths.NODE}",
        f"--node-ip={paths.GATEWAY}",
        f"--root-dir={paths.STATE}/kubelet",
        f"--cert-dir={paths.STATE}/kubelet-certs")


def is_ready(client):
    node = client.request("GET", f"/api/v1/nodes/{paths.NODE}")
    return any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions", []))


def wait_node(supervisor, client):
    """Until the node is ready and has its GPUs."""
    api.until(lambda: is_ready(client), 60, "see the node ready",
              lambda: [supervisor.check(name) for name in ("kubelet", "containerd")])
    path = f"/api/v1/nodes/{paths.NODE}"
    merge = "application/merge-patch+json"
    client.request("PATCH", path, {"metadata": {"labels": LABELS}}, merge)
    client.request("PATCH", f"{path}/status", {"status": {"capacity": GPUS, "allocatable": GPUS}}, merge)
