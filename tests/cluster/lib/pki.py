# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates, made by openssl for one life of the cluster. Three
authorities: "ca" signs servers, "client-ca" signs people and components, and
"proxy-ca" signs the API server towards extension servers."""

import subprocess

import paths

FOLDER = paths.STATE / "pki"


def openssl(*arguments):
    subprocess.run(("openssl", *map(str, arguments)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificate(name):
    return str(FOLDER / f"{name}.crt")


def key(name):
    return str(FOLDER / f"{name}.key")


def new_key(name):
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key(name))
    (FOLDER / f"{name}.key").chmod(0o600)


def authority(name):
    new_key(name)
    openssl("req", "-x509", "-new", "-key", key(name), "-days", 30, "-subj", f"/CN=slipway test {name}", "-out",
            certificate(name))


def signed(name, by, subject, usage, names=""):
    """A certificate for SUBJECT ("/O=group/CN=user"), signed by authority BY."""
    new_key(name)
    request = FOLDER / f"{name}.csr"
    extensions = FOLDER / f"{name}.ext"
    extensions.write_text(
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
        f"extendedKeyUsage={usage}\n" + (f"subjectAltName={names}\n" if names else ""))
    openssl("req", "-new", "-key", key(name), "-subj", subject, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", certificate(by), "-CAkey", key(by), "-CAcreateserial", "-days", 30,
            "-extfile", extensions, "-out", certificate(name))


def make():
    FOLDER.mkdir(mode=0o700)
    for name in ("ca", "client-ca", "proxy-ca"):
        authority(name)
    host = f"IP:{paths.GATEWAY},IP:127.0.0.1,DNS:localhost"
    signed("apiserver", "ca", "/CN=kube-apiserver", "serverAuth",
           f"{host},IP:10.96.0.1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc")
    signed("kueue", "ca", "/CN=kueue", "serverAuth", host)
    signed("kubelet", "ca", f"/CN={paths.NODE}", "serverAuth", host)
    signed("kubelet-client", "client-ca", "/O=system:masters/CN=kube-apiserver", "clientAuth")
    signed("front-proxy-client", "proxy-ca", "/CN=front-proxy-client", "clientAuth")
    signed("alice", "client-ca", "/O=researchers/CN=alice", "clientAuth")
    new_key("service-accounts")
