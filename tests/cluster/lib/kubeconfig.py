# SPDX-License-Identifier: Apache-2.0
"""Tokens of the API server's users, and the kubeconfig files for them."""

import base64
import secrets

import paths
import pki

# name of the token -> user, groups
USERS = {
    "admin": ("admin", "system:masters"),
    "controller-manager": ("system:kube-controller-manager", ""),
    "scheduler": ("system:kube-scheduler", ""),
    "kubelet": (f"system:node:{paths.NODE}", "system:nodes"),
    "kueue": ("system:serviceaccount:kueue-system:kueue-controller-manager",
              "system:serviceaccounts,system:serviceaccounts:kueue-system"),
    "coredns": ("slipway:coredns", ""),
    "alice": ("alice", "researchers"),
    "bob": ("bob", ""),
}
NAMESPACE = "team-a"

tokens = {name: secrets.token_hex(16) for name in USERS}


def write_tokens(path):
    private(path, "".join(f'{tokens[name]},{user},{user},"{groups}"\n' for name, (user, groups) in USERS.items()))


def private(path, text):
    path.touch(mode=0o600)
    path.write_text(text)


def encoded(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()


def write(path, server, user, credentials, namespace="default"):
    """CREDENTIALS: the lines of the user's entry."""
    private(path, f"""apiVersion: v1
kind: Config
clusters:
- name: slipway-test
  cluster:
    server: {server}
    certificate-authority-data: {encoded(pki.certificate("ca"))}
users:
- name: {user}
  user:
""" + "".join(f"    {line}\n" for line in credentials) + f"""contexts:
- name: {user}@slipway-test
  context:
    cluster: slipway-test
    user: {user}
    namespace: {namespace}
current-context: {user}@slipway-test
""")


def write_component(name, server):
    path = paths.STATE / f"{name}.kubeconfig"
    write(path, server, name, [f"token: {tokens[name]}"])
    return str(path)


def write_people(server):
    """The files for tests; returns {role: path}."""
    plugin = paths.STATE / "exec-credential"
    plugin.touch(mode=0o700)
    plugin.write_text(f"""#!/bin/sh
# Prints the credential of the test user, as an exec plugin of a kubeconfig does.
printf '%s' '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{tokens["alice"]}"}}}}'
""")
    people = {
        "admin": ("admin", [f"token: {tokens['admin']}"], "default"),
        "user": ("alice", [f"token: {tokens['alice']}"], NAMESPACE),
        "guest": ("bob", [f"token: {tokens['bob']}"], NAMESPACE),
        "usercert": ("alice", [
            f"client-certificate-data: {encoded(pki.certificate('alice'))}",
            f"client-key-data: {encoded(pki.key('alice'))}",
        ], NAMESPACE),
        "userexec": ("alice", [
            "exec:",
            "  apiVersion: client.authentication.k8s.io/v1",
            f"  command: {plugin}",
            "  interactiveMode: Never",
        ], NAMESPACE),
    }
    result = {}
    for role, (user, credentials, namespace) in people.items():
        path = paths.STATE / f"{role}.kubeconfig"
        write(path, server, user, credentials, namespace)
        result[role] = str(path)
    return result
