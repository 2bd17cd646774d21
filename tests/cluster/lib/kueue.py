# SPDX-License-Identifier: Apache-2.0
"""Kueue's controller on the host, with its webhooks and visibility API. Its
manifests come from its own module (tests/cluster/build renders them); what
points at in-cluster Services is pointed at the host instead."""

import json
import os
import shutil

import api
import kubeconfig
import paths
import pki
from supervisor import free_port

MANIFESTS = paths.MANIFESTS / "kueue.json"
LEFT_OUT = {"Deployment", "Service", "Secret", "ConfigMap", "APIService",
            "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
WEBHOOK_GROUPS = {"kueue.x-k8s.io", "batch", ""}  # of the kinds in FRAMEWORKS
FRAMEWORKS = ["batch/job", "pod"]


def stream(text):
    """The JSON documents of TEXT, which follow each other without separator."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        thing, position = decoder.raw_decode(text, position)
        yield thing
        while position < len(text) and text[position].isspace():
            position += 1


def served_kinds(client):
    group = client.request("GET", "/apis/kueue.x-k8s.io")
    return {
        resource["kind"]
        for version in group["versions"]
        for resource in client.request("GET", f"/apis/{version['groupVersion']}")["resources"]
    }


class Kueue:
    def __init__(self, supervisor):
        self.supervisor = supervisor
        self.webhook_port = free_port("127.0.0.1")
        self.visibility_port = free_port(paths.GATEWAY)
        self.health_port = free_port("127.0.0.1")
        self.things = list(stream(MANIFESTS.read_text()))
        self.ca = kubeconfig.encoded(pki.certificate("ca"))

    def redirected(self, client_config):
        path = client_config["service"]["path"]
        return {"url": f"https://127.0.0.1:{self.webhook_port}{path}", "caBundle": self.ca}

    def install(self, client):
        """Everything its process needs before it starts."""
        first = [t for t in self.things if t["kind"] in ("Namespace", "CustomResourceDefinition")]
        rest = [t for t in self.things if t["kind"] not in LEFT_OUT and t not in first]
        for thing in first + rest:
            webhook = thing.get("spec", {}).get("conversion", {}).get("webhook")
            if webhook:
                webhook["clientConfig"] = self.redirected(webhook["clientConfig"])
            client.apply(thing)
        kinds = {t["spec"]["names"]["kind"] for t in first if t["kind"] == "CustomResourceDefinition"}
        api.until(lambda: kinds <= served_kinds(client), 30, "see Kueue's kinds served")

    def start(self, server):
        # Some of its paths are fixed, so it gets a root folder of its own.
        root = paths.STATE / "kueue-root"
        for folder in ("tmp", "webhook", "visibility", "etc/kueue/metrics/certs"):
            (root / folder).mkdir(parents=True)
        for folder in ("webhook", "visibility", "etc/kueue/metrics/certs"):
            shutil.copy(pki.certificate("kueue"), root / folder / "tls.crt")
            shutil.copy(pki.key("kueue"), root / folder / "tls.key")
        shutil.copy(paths.BIN / "kueue", root / "kueue")
        shutil.copy(kubeconfig.write_component("kueue", server), root / "kubeconfig")
        (root / "config.json").write_text(json.dumps({
            "apiVersion": "config.kueue.x-k8s.io/v1beta2",
            "kind": "Configuration",
            "health": {"healthProbeBindAddress": f"127.0.0.1:{self.health_port}"},
            "metrics": {"bindAddress": "0"},
            "webhook": {"host": "127.0.0.1", "port": self.webhook_port, "certDir": "/webhook"},
            "visibilityServer": {"bindAddress": paths.GATEWAY, "bindPort": self.visibility_port},
            "leaderElection": {"leaderElect": False},
            "internalCertManagement": {"enable": False},
            "integrations": {"frameworks": FRAMEWORKS},
        }))
        self.supervisor.start(
            "kueue", shutil.which("chroot") or "chroot", root, "/kueue", "--config=/config.json",
            "--kubeconfig=/kubeconfig", environment={"POD_NAMESPACE": "kueue-system"})

    def connect(self, client):
        """Webhooks and visibility API, once the process runs."""
        for thing in self.things:
            if thing["kind"].endswith("WebhookConfiguration"):
                thing["webhooks"] = [
                    {**hook, "clientConfig": self.redirected(hook["clientConfig"])}
                    for hook in thing["webhooks"]
                    if set(hook["rules"][0]["apiGroups"]) <= WEBHOOK_GROUPS
                ]
                client.apply(thing)
        for thing in self.visibility_service():
            client.apply(thing)
        for thing in self.things:
            if thing["kind"] == "APIService":
                client.apply(thing)

    def visibility_service(self):
        name = {"name": "kueue-visibility-server", "namespace": "kueue-system"}
        yield {
            "apiVersion": "v1", "kind": "Service", "metadata": name,
            "spec": {"ports": [{"name": "https", "port": 443, "targetPort": self.visibility_port}]},
        }
        yield {
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {**name, "labels": {"kubernetes.io/service-name": name["name"]}},
            "addressType": "IPv4",
            "ports": [{"name": "https", "port": self.visibility_port}],
            "endpoints": [{"addresses": [paths.GATEWAY], "conditions": {"ready": True}}],
        }

    def check(self):
        self.supervisor.check("kueue")

    def wait_visibility(self, client):
        api.until(lambda: client.request("GET", "/apis/visibility.kueue.x-k8s.io/v1beta2"), 60,
                  "reach Kueue's visibility API", self.check)
