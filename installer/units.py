#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the translation units that a lint gate must look at: `STAMP<tab>FILE` a line.

A unit is in the compile database of BUILD and below the checkout. Its stamp is the digest of the tool's version and
options, the unit and the project's headers that it includes itself, so a unit that passed once costs nothing until
one of those changes. Usage: units.py BUILD STAMPS --salt TEXT [--since COMMIT] [--qt]
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys

INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
QT = re.compile(rb"^\s*#\s*include\s+<Q", re.MULTILINE)


def changed_since(commit):
    git = ["git", "-c", "safe.directory=*"]
    lists = [["diff", "--name-only", commit], ["ls-files", "-o", "--exclude-standard"]]
    return {name for args in lists for name in subprocess.check_output(git + args, text=True).splitlines()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("stamps")
    parser.add_argument("--salt", required=True)
    parser.add_argument("--since")
    parser.add_argument("--qt", action="store_true", help="only units that use Qt")
    options = parser.parse_args()

    changed = changed_since(options.since) if options.since else None
    with open(os.path.join(options.build, "compile_commands.json"), encoding="utf-8") as database:
        files = {os.path.relpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(database)}
    for file in sorted(files):
        if file.startswith(("build/", "..")):
            continue
        content = open(file, "rb").read()
        beside = os.path.dirname(file)
        names = {name.decode() for name in INCLUDE.findall(content)}
        paths = {path for name in names for path in (name, os.path.join(beside, name)) if os.path.isfile(path)}
        headers = {path: open(path, "rb").read() for path in sorted(paths)}
        if options.qt and not any(QT.search(text) for text in [content, *headers.values()]):
            continue
        if changed is not None and not changed & {file, *headers}:
            continue
        digest = hashlib.sha256(options.salt.encode())
        for part in (file.encode(), content, *headers.values()):
            digest.update(b"\0%d\0" % len(part) + part)
        if not os.path.exists(os.path.join(options.stamps, digest.hexdigest())):
            print(digest.hexdigest(), file, sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
