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


def sources_of(build):
    """The units of the compile database in the folder BUILD that lie below the checkout."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as database:
        files = {os.path.relpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(database)}
    return sorted(file for file in files if not file.startswith(("build/", "..")))


def included_by(path, content):
    """The project's headers that a file includes itself, by their places below the root or beside it."""
    beside = os.path.dirname(path)
    names = {name.decode() for name in INCLUDE.findall(content)}
    return {one for name in names for one in (name, os.path.normpath(os.path.join(beside, name))) if os.path.isfile(one)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("stamps")
    parser.add_argument("--salt", required=True)
    parser.add_argument("--since")
    parser.add_argument("--qt", action="store_true", help="only units that use Qt")
    options = parser.parse_args()

    changed = changed_since(options.since) if options.since else None
    for file in sources_of(options.build):
        content = open(file, "rb").read()
        paths = included_by(file, content)
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
