# SPDX-License-Identifier: Apache-2.0
"""etcd, API server, controller manager, scheduler."""

import api
import kubeconfig
import paths
import pki
from supervisor import free_port


class ControlPlane:
    def __init__(self, supervisor):
        self.supervisor = supervisor
        self.port = free_port(paths.GATEWAY, 6443)
        self.server = f"https://{paths.GATEWAY}:{self.port}"

    def client(self):
        return api.Api(paths.GATEWAY, self.port, pki.certificate("ca"), kubeconfig.tokens["admin"])

    def start(self):
        clients, peers = (f"http://127.0.0.1:{free_port('127.0.0.1')}" for _ in range(2))
        self.supervisor.start(
            "etcd", paths.BIN / "etcd", "--unsafe-no-fsync", "--data-dir", paths.STATE / "etcd", "--log-level", "warn",
            "--listen-client-urls", clients, "--advertise-client-urls", clients,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}")
        tokens = paths.STATE / "tokens.csv"
        kubeconfig.write_tokens(tokens)
        self.supervisor.start(
            "apiserver", paths.BIN / "kube-apiserver",
            f"--etcd-servers={clients}",
            f"--bind-address={paths.GATEWAY}",
            f"--advertise-address={paths.GATEWAY}",
            f"--secure-port={self.port}",
            f"--tls-cert-file={pki.certificate('apiserver')}",
            f"--tls-private-key-file={pki.key('apiserver')}",
            f"--client-ca-file={pki.certificate('client-ca')}",
            f"--token-auth-file={tokens}",
            "--authorization-mode=Node,RBAC",
            "--allow-privileged=true",
            f"--service-account-key-file={pki.key('service-accounts')}",
            f"--service-account-signing-key-file={pki.key('service-accounts')}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--kubelet-preferred-address-types=InternalIP",
            f"--kubelet-client-certificate={pki.certificate('kubelet-client')}",
            f"--kubelet-client-key={pki.key('kubelet-client')}",
            f"--kubelet-certificate-authority={pki.certificate('ca')}",
            # extension servers, here Kueue's visibility API
            "--enable-aggregator-routing=true",
            f"--requestheader-client-ca-file={pki.certificate('proxy-ca')}",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={pki.certificate('front-proxy-client')}",
            f"--proxy-client-key-file={pki.key('front-proxy-client')}")

    def wait(self):
        client = self.client()
        api.until(lambda: client.request("GET", "/readyz"), 60, "reach the API server",
                  lambda: [self.supervisor.check(name) for name in ("etcd", "apiserver")])

    def start_controllers(self):
        self.supervisor.start(
            "controller-manager", paths.BIN / "kube-controller-manager",
            f"--kubeconfig={kubeconfig.write_component('controller-manager', self.server)}",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={pki.key('service-accounts')}",
            f"--root-ca-file={pki.certificate('ca')}",
            "--leader-elect=false", "--secure-port=0")
        self.supervisor.start(
            "scheduler", paths.BIN / "kube-scheduler",
            f"--kubeconfig={kubeconfig.write_component('scheduler', self.server)}",
            "--leader-elect=false", "--secure-port=0")
