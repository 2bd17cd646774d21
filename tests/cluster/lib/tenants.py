# SPDX-License-Identifier: Apache-2.0
"""The people, namespaces and queues that tests find in the cluster."""

import api

RBAC = "rbac.authorization.k8s.io"
KUEUE = "kueue.x-k8s.io/v1beta2"

# cluster queue -> the quota of its one flavor
QUOTAS = {
    "research-cq": {"cpu": "8", "memory": "16Gi", "nvidia.com/gpu": "2"},
    "interactive-cq": {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "0"},
}
# local queue in team-a -> cluster queue
QUEUES = {"research": "research-cq", "interactive": "interactive-cq"}


def namespace(name, labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def allow(user, role, where):
    return {
        "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": f"{user}-{role}", "namespace": where},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "User", "apiGroup": RBAC, "name": user}],
    }


def make_namespaces(client):
    for thing in (
        namespace("team-a", {"pod-security.kubernetes.io/enforce": "restricted"}),
        namespace("team-b", {}),
        allow("alice", "edit", "team-a"),
        allow("alice", "edit", "team-b"),
        # Kueue's own role for people who submit: queues and pending workloads
        allow("alice", "kueue-batch-user-role", "team-a"),
        {
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team-b", "namespace": "team-b"},
            "spec": {"hard": {"requests.cpu": "2", "requests.memory": "2Gi", "requests.nvidia.com/gpu": "1",
                              "pods": "4"}},
        },
        {
            "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "team-b", "namespace": "team-b"},
            "spec": {"limits": [{
                "type": "Container",
                "max": {"cpu": "1", "memory": "1Gi"},
                "default": {"cpu": "500m", "memory": "256Mi"},
                "defaultRequest": {"cpu": "100m", "memory": "64Mi"},
            }]},
        },
    ):
        client.apply(thing)


def make_queues(client, alive):
    """ALIVE raises once Kueue has ended: its webhooks must answer here."""
    flavor = {"apiVersion": KUEUE, "kind": "ResourceFlavor", "metadata": {"name": "default"}}
    client.apply_soon(flavor, alive)
    for name, quota in QUOTAS.items():
        client.apply_soon({
            "apiVersion": KUEUE, "kind": "ClusterQueue", "metadata": {"name": name},
            "spec": {
                "namespaceSelector": {},
                "resourceGroups": [{
                    "coveredResources": list(quota),
                    "flavors": [{
                        "name": "default",
                        "resources": [{"name": key, "nominalQuota": value} for key, value in quota.items()],
                    }],
                }],
            },
        }, alive)
    for name, cluster_queue in QUEUES.items():
        client.apply_soon({
            "apiVersion": KUEUE, "kind": "LocalQueue", "metadata": {"name": name, "namespace": "team-a"},
            "spec": {"clusterQueue": cluster_queue},
        }, alive)
    for name in QUEUES:
        api.until(lambda: queue_is_active(client, name), 30, f"see queue {name} active", alive)


def queue_is_active(client, name):
    queue = client.request("GET", f"/apis/{KUEUE}/namespaces/team-a/localqueues/{name}")
    conditions = queue.get("status", {}).get("conditions", [])
    return any(c["type"] == "Active" and c["status"] == "True" for c in conditions)


def wait_accounts(client):
    """Pods are refused until their namespace has its default account."""
    for name in ("team-a", "team-b"):
        path = f"/api/v1/namespaces/{name}/serviceaccounts/default"
        api.until(lambda: client.request("GET", path), 30, f"see the default account of {name}")


def wait_roles(client):
    """The role `edit` is filled in by a controller, some time after its bindings are made."""
    for name in ("team-a", "team-b"):
        review = {
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": {"user": "alice", "resourceAttributes": {
                "namespace": name, "verb": "create", "group": "batch", "resource": "jobs"}},
        }
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        api.until(lambda: client.request("POST", path, review)["status"]["allowed"], 30,
                  f"see that alice may create jobs in {name}")
