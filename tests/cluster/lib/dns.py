# SPDX-License-Identifier: Apache-2.0
"""CoreDNS on the bridge's address: pods find each other by the names of
headless Services."""

import api
import kubeconfig
import paths
from supervisor import free_port, listens

ROLE = [
    {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "slipway-coredns"},
        "rules": [
            {"apiGroups": [""], "resources": ["services", "pods", "namespaces"], "verbs": ["list", "watch"]},
            {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
        ],
    },
    {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "slipway-coredns"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "slipway-coredns"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "slipway:coredns"}],
    },
]


def start(supervisor, client, server):
    for thing in ROLE:
        client.apply_soon(thing)
    corefile = paths.STATE / "Corefile"
    port = free_port("127.0.0.1")
    corefile.write_text(f""".:53 {{
    bind {paths.GATEWAY}
    errors
    ready 127.0.0.1:{port}
    kubernetes {paths.CLUSTER_DOMAIN} {{
        kubeconfig {kubeconfig.write_component("coredns", server)}
        ttl 1
    }}
}}
""")
    supervisor.start("coredns", paths.BIN / "coredns", "-conf", corefile)
    api.until(lambda: listens("127.0.0.1", port) and listens(paths.GATEWAY, 53), 20, "reach CoreDNS",
              lambda: supervisor.check("coredns"))
