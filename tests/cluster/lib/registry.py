# SPDX-License-Identifier: Apache-2.0
"""Two image registries on the bridge's address, so that host and pods know
them by one name: an open one, and one that asks for name and password. And
the two images every cluster needs, written here byte by byte as OCI layouts."""

import base64
import ctypes
import gzip
import hashlib
import io
import json
import os
import platform
import secrets
import shutil
import subprocess
import tarfile

import api
import paths
from supervisor import free_port, listens

USER = "alice"
CHARACTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def bcrypt(password):
    """The only hash the registry takes; libcrypt is on every Debian."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    salt = "$2b$05$" + "".join(secrets.choice(CHARACTERS) for _ in range(21)) + "u"
    hashed = library.crypt(password.encode(), salt.encode())
    if not hashed or not hashed.startswith(b"$2b$"):
        raise OSError("libcrypt has no bcrypt")
    return hashed.decode()


class Registries:
    def __init__(self, supervisor):
        self.supervisor = supervisor
        self.address = f"{paths.GATEWAY}:{free_port(paths.GATEWAY, 5000)}"
        self.private_address = f"{paths.GATEWAY}:{free_port(paths.GATEWAY, 5001)}"
        self.password = secrets.token_hex(12)
        self.docker_config = paths.STATE / "docker" / "config.json"
        self.images = {}

    def start(self):
        htpasswd = paths.STATE / "htpasswd"
        htpasswd.touch(mode=0o600)
        htpasswd.write_text(f"{USER}:{bcrypt(self.password)}\n")
        self._start("registry", self.address, {})
        self._start("registry-private", self.private_address,
                    {"auth": {"htpasswd": {"realm": "slipway-test", "path": str(htpasswd)}}})
        self.docker_config.parent.mkdir(mode=0o700)
        self.docker_config.touch(mode=0o600)
        credentials = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        self.docker_config.write_text(json.dumps({"auths": {self.private_address: {"auth": credentials}}}) + "\n")

    def _start(self, name, address, more):
        config = paths.STATE / f"{name}.yml"
        config.write_text(json.dumps({  # JSON is YAML
            "version": "0.1",
            "log": {"level": "warn", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(paths.STATE / name)}, "delete": {"enabled": True}},
            "http": {"addr": address, "secret": secrets.token_hex(8)},
            **more,
        }))
        self.supervisor.start(name, "docker-registry", "serve", config)

    def wait(self):
        for name, address in (("registry", self.address), ("registry-private", self.private_address)):
            host, port = address.split(":")
            api.until(lambda: listens(host, int(port)), 15, f"reach {name}", lambda: self.supervisor.check(name))

    def push_images(self):
        busybox = shutil.which("busybox")
        applets = subprocess.run((busybox, "--list"), check=True, capture_output=True, text=True).stdout.split()
        links = {f"bin/{applet}": "busybox" for applet in applets if applet != "busybox"}
        self._push("pause:1", {"pause": paths.BIN / "pause"}, {}, {"Entrypoint": ["/pause"], "User": "65534"})
        self._push("busybox:1", {"bin/busybox": busybox}, links,
                   {"Cmd": ["/bin/sh"], "Env": ["PATH=/bin"], "WorkingDir": "/"})

    def _push(self, name, files, links, config):
        layout = paths.STATE / "layouts" / name.replace(":", "-")
        write_layout(layout, files, links, config)
        reference = f"{self.address}/slipway-test/{name}"
        subprocess.run((paths.BIN / "crane", "push", "--insecure", layout, reference), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.images[name.partition(":")[0]] = reference


def write_layout(folder, files, links, config):
    """An OCI layout with one image of one layer; same input, same digest."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data, media_type):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{digest}", "size": len(data)}

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder_name in ("bin", "tmp", "etc"):
            entry = tarfile.TarInfo(folder_name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder_name == "tmp" else 0o755
            tar.addfile(entry)
        for name, source in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = os.stat(source).st_size, 0o755
            with open(source, "rb") as file:
                tar.addfile(entry, file)
        for name, target in links.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    layer = buffer.getvalue()
    image = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()],
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(json.dumps(image).encode(), "config.v1+json"),
        "layers": [blob(gzip.compress(layer, mtime=0), "layer.v1.tar+gzip")],
    }
    index = {"schemaVersion": 2, "manifests": [blob(json.dumps(manifest).encode(), "manifest.v1+json")]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
