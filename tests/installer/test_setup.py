# SPDX-License-Identifier: Apache-2.0
"""installer/setup as a user meets it. The script is the checkout's own, in a checkout of a few files; the system's programs that
it asks (apt-get, apt-cache, dpkg-query, df, ldconfig, sudo) are stand-ins in the only folder of PATH, which has no sudo of its own, and tell
what they were called with. pip is the real one, with small wheels of an index on this machine. Called with the checkout's folder."""
import base64
import hashlib
import http.server
import io
import os
import pathlib
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zipfile

ROOT = pathlib.Path(sys.argv.pop())
TOOLS = ("awk bash cat chmod cp cut date dirname env flock grep head ln mkdir mktemp mv nproc readlink rm rmdir sed "
         "sha256sum tail tee touch tr true uname").split()
NOBODY = 65534
PACKAGES = "ca-certificates git 'qt6-svg-dev|libqt6svg6-dev' ninja-build"
FIRST_NAMES = ["ca-certificates", "git", "qt6-svg-dev", "ninja-build"]

# Each writes what it was called with, then does what the case says.
STANDINS = {
    "dpkg": '[ "$*" = "--configure -a" ] && rm -f "$FAKE/interrupted"; [ ! -e "$FAKE/broken" ] || { echo "dpkg: error: disk full"; exit 2; }',
    "dpkg-query": 'while read -r name; do echo "ii  $name"; done <"$FAKE/installed"',
    "apt-cache": 'echo "$2:"; if grep -qx "$2" "$FAKE/index"; then echo "  Candidate: 1.0"; else echo "  Candidate: (none)"; fi',
    "apt-get": """case $1 in
update) if [ -e "$FAKE/offline" ]; then
    echo "Err:1 http://mirror.example/debian bookworm InRelease" >&2
    echo "E: Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Temporary failure resolving 'mirror.example'" >&2
    exit 100
fi ;;
install) if [ -e "$FAKE/interrupted" ]; then echo "E: dpkg was interrupted" >&2; exit 100; fi
    case " $* " in
    *" --assume-no "*)
        echo "Need to get 12.3 MB of archives."
        echo "After this operation, 45.6 MB of additional disk space will be used."
        exit 1 ;;
    *) for word in "$@"; do if grep -qx "$word" "$FAKE/index"; then echo "$word" >>"$FAKE/installed"; fi; done ;;
    esac ;;
esac""",
    "ldconfig": 'if [ -e "$FAKE/driver" ]; then echo "libnvidia-ml.so.1 (libc6,x86-64) => /usr/lib/libnvidia-ml.so.1"; fi',
    "df": 'echo "Filesystem 1024-blocks Used Available Capacity Mounted"; echo "/dev/vda 999 1 $(cat "$FAKE/free") 1% /"',
}


def wheel(name, text):
    """A wheel with one module, the same bytes each time."""
    files = {f"{name}.py": text, f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
             f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: slipway\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    record = f"{name}-1.0.dist-info/RECORD"
    lines = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content.encode())}")
    files[record] = "\n".join(lines + [record + ",,"]) + "\n"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return data.getvalue()


class Index(socketserver.ThreadingTCPServer):
    """An index of the wheels. The one that is `held` stops half-way, and `half` says so."""
    daemon_threads = True

    def __init__(self, wheels):
        super().__init__(("127.0.0.1", 0), IndexHandler)
        self.wheels = wheels
        self.held = None
        self.half = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/simple/"

    def close(self):
        self.ended.set()
        self.shutdown()
        self.server_close()


class IndexHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        file = self.path.rsplit("/", 1)[-1]
        name = self.path.rstrip("/").rsplit("/", 1)[-1]
        if file in self.server.wheels:
            body, kind = self.server.wheels[file], "application/octet-stream"
        elif f"{name}-1.0-py3-none-any.whl" in self.server.wheels:
            link = f"{name}-1.0-py3-none-any.whl"
            body, kind = f'<!DOCTYPE html><html><body><a href="/{link}">{link}</a></body></html>'.encode(), "text/html"
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if file == self.server.held:
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            self.server.half.set()
            self.server.ended.wait()
            return
        self.wfile.write(body)


class Setup(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-setup-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.checkout, self.fake, self.bin = (self.folder / name for name in ("checkout", "fake", "bin"))
        self.deps = self.folder / "home/.cache/slipway/deps"
        for folder in (self.checkout / "installer", self.fake, self.bin, self.folder / "home"):
            folder.mkdir(parents=True)
        for name in ("setup", "common.sh"):
            shutil.copy2(ROOT / "installer" / name, self.checkout / "installer" / name)
        (self.checkout / "installer/packages.sh").write_text(f"readonly packages=({PACKAGES})\nreadonly testPackages=(xvfb)\n")
        self.wheels = {f"{name}-1.0-py3-none-any.whl": wheel(name, f"{name} = 1\n") for name in ("firstpart", "lastpart", "cudapart")}
        self.lock({name: hashlib.sha256(data).hexdigest() for name, data in self.wheels.items()})
        self.index = Index(self.wheels)
        self.addCleanup(self.index.close)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool, path="/usr/bin:/bin:/usr/sbin:/sbin"))
        for name, script in STANDINS.items():
            self.standIn(name, script)
        (self.fake / "calls").write_text("")
        (self.fake / "installed").write_text("".join(name + "\n" for name in FIRST_NAMES))
        (self.fake / "index").write_text("".join(name + "\n" for name in FIRST_NAMES))
        (self.fake / "free").write_text(str(50 * 1048576))

    def lock(self, hashes):
        for file, isCuda in (("wheels.lock", False), ("wheels-cuda.lock", True)):
            lines = [f"{name.split('-')[0]}==1.0 --hash=sha256:{digest}\n" for name, digest in hashes.items()
                     if name.startswith("cuda") == isCuda]
            (self.checkout / "installer" / file).write_text("# size: download 1 kB, on disk 2 kB\n" + "".join(lines))

    def standIn(self, name, script):
        file = self.bin / name
        file.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >>"$FAKE/calls"\n{script}\n')
        file.chmod(0o755)

    def start(self, *arguments, **options):
        environment = {"PATH": str(self.bin), "HOME": str(self.folder / "home"), "FAKE": str(self.fake),
                       "PIP_INDEX_URL": self.index.url(), "PIP_TRUSTED_HOST": "127.0.0.1", "PIP_CONFIG_FILE": "/dev/null",
                       "PIP_RETRIES": "1"}
        return subprocess.Popen([self.checkout / "installer/setup", *arguments], env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **options)

    def setup(self, *arguments, **options):
        process = self.start(*arguments, **options)
        out, problems = process.communicate(timeout=50)
        return process.returncode, out, problems

    def asUser(self):
        """What makes a user who is not root of the one who runs this, whoever that is."""
        if os.geteuid() != 0:
            return {}
        for folder in (self.folder, *(self.folder.rglob("*"))):
            os.chown(folder, NOBODY, NOBODY, follow_symlinks=False)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def installed(self):
        return (self.fake / "installed").read_text().split()

    def calls(self, name):
        return [line for line in (self.fake / "calls").read_text().splitlines() if line.startswith(name + " ")]

    def missing(self, *names):
        (self.fake / "installed").write_text("".join(name + "\n" for name in FIRST_NAMES if name not in names))

    def refuses(self, words, ended, before):
        """One line on stderr that has the words, and nothing installed."""
        code, out, problems = ended
        self.assertEqual(code, 1, out + problems)
        self.assertRegex(problems, r"\Aslipway: [^\n]*" + words)
        self.assertNotIn("installed\n", out)
        self.assertEqual(self.installed(), before)
        self.nothingOfWheels()

    def nothingOfWheels(self):
        self.assertFalse(os.path.lexists(self.checkout / "build/deps"))
        left = [path.name for path in self.deps.iterdir()] if self.deps.exists() else []
        self.assertEqual([name for name in left if re.fullmatch("[0-9a-f]{12}", name)], [])
        return left

    def complete(self):
        link = self.checkout / "build/deps"
        self.assertTrue((link / ".complete").exists())
        self.assertEqual((link / "firstpart.py").read_text(), "firstpart = 1\n")
        self.assertEqual((link / "lastpart.py").read_text(), "lastpart = 1\n")
        self.assertEqual(list(self.deps.glob("partial.*")), [])


class Packages(Setup):
    def test_no_root_and_no_sudo(self):
        self.missing("ninja-build", "qt6-svg-dev")
        before = self.installed()
        ended = self.setup(**self.asUser())
        self.refuses(r"needs root to install packages, and there is no sudo; as root: apt-get install qt6-svg-dev ninja-build\n\Z",
                     ended, before)
        self.assertEqual(self.calls("apt-get"), [])

    def test_an_installation_that_was_cut_off_is_finished_first(self):
        self.missing("ninja-build")
        (self.fake / "interrupted").touch()
        code, out, problems = self.setup("--yes")
        self.assertEqual(code, 0, out + problems)
        self.assertIn("download 12.3 MB, on disk 45.6 MB", out)
        self.complete()

    def test_an_installation_that_was_cut_off_and_cannot_be_finished(self):
        self.missing("ninja-build")
        (self.fake / "broken").touch()
        self.refuses(r"dpkg was interrupted and cannot go on: dpkg: error: disk full; log: ", self.setup("--yes"), self.installed())

    def test_a_sudo_that_wants_a_password_without_a_terminal(self):
        self.missing("git")
        self.standIn("sudo", "exit 1")
        before = self.installed()
        ended = self.setup(**self.asUser())
        self.refuses(r"sudo wants a password but there is no terminal; run: sudo apt-get install git\n\Z", ended, before)
        self.assertEqual(self.calls("apt-get"), [])

    def test_a_sudo_that_works(self):
        self.missing("git")
        self.standIn("sudo", 'if [ "$1" = -n ]; then shift; fi; exec "$@"')
        code, out, problems = self.setup(**self.asUser())
        self.assertEqual((code, problems), (0, ""), out)
        self.assertIn("git", self.installed())
        self.assertTrue(any(" apt-get install -y" in call for call in self.calls("sudo")), self.calls("sudo"))
        self.complete()

    def test_no_network(self):
        self.missing("git")
        (self.fake / "offline").touch()
        self.refuses(r"cannot read the package index \(is the network up\?\): .*(Err:1 |Temporary failure resolving)[^\n]*"
                     r"; log: \S+/build/log/setup\.log\n\Z", self.setup(), ["ca-certificates", "qt6-svg-dev", "ninja-build"])
        self.assertEqual(len(self.calls("apt-get")), 1)

    def test_too_little_room(self):
        self.missing("git")
        (self.fake / "free").write_text(str(10 * 1048576 - 1))
        before = self.installed()
        self.refuses(r"needs 10 GB free for packages, wheels and builds; / has 9 GB\n\Z", self.setup(), before)
        self.assertEqual(self.calls("apt-get"), [])

    def test_it_says_what_and_how_much_first(self):
        self.missing("git", "ninja-build")
        code, out, problems = self.setup()
        self.assertEqual((code, problems), (0, ""), out)
        told = out.splitlines()
        announced = told.index("slipway: packages of the system (2): git ninja-build")
        self.assertEqual(told[announced + 1], "slipway: download 12.3 MB, on disk 45.6 MB")
        self.assertLess(announced, told.index("slipway: installing the packages"))
        self.complete()

    def test_the_name_that_the_index_knows(self):
        for name, other in (("qt6-svg-dev", "libqt6svg6-dev"), ("libqt6svg6-dev", "qt6-svg-dev")):
            self.missing("qt6-svg-dev")
            (self.fake / "calls").write_text("")
            (self.fake / "index").write_text(name + "\n")
            code, out, problems = self.setup()
            self.assertEqual((code, problems), (0, ""), out)
            self.assertIn(name, self.installed())
            self.assertNotIn(other, self.installed())
            # Either name counts as installed.
            self.assertEqual(self.setup()[0], 0)
            self.assertEqual(len(self.calls("apt-get")), 3)  # index, plan, install

    def test_both_names_known(self):
        self.missing("qt6-svg-dev")
        (self.fake / "index").write_text("libqt6svg6-dev\nqt6-svg-dev\n")
        self.assertEqual(self.setup()[0], 0)
        self.assertIn("qt6-svg-dev", self.installed())
        self.assertNotIn("libqt6svg6-dev", self.installed())

    def test_a_name_that_no_index_knows(self):
        self.missing("qt6-svg-dev")
        (self.fake / "index").write_text("git\n")
        before = self.installed()
        self.refuses("the package index has no qt6-svg-dev and no libqt6svg6-dev; on Ubuntu the 'universe' part must be on\n\\Z",
                     self.setup(), before)

    def test_the_tests_packages_come_when_asked_for(self):
        (self.fake / "index").write_text("xvfb\n")
        self.assertEqual(self.setup("--test")[0], 0)
        self.assertIn("xvfb", self.installed())

    def test_an_option_that_it_does_not_have(self):
        self.refuses("installer/setup has no option '--fast'; see installer/setup --help\n\\Z", self.setup("--fast"), FIRST_NAMES)


class Wheels(Setup):
    def test_a_second_run_does_nothing(self):
        self.missing("git")
        self.assertEqual(self.setup()[0], 0)
        self.complete()
        (self.fake / "calls").write_text("")
        times = []
        for _ in range(5):
            begin = time.monotonic()
            self.assertEqual(self.setup(), (0, "slipway: everything that building needs is installed\n", ""))
            times.append(time.monotonic() - begin)
        self.assertLess(min(times), 1.0)
        for program in ("apt-get", "apt-cache", "df"):
            self.assertEqual(self.calls(program), [])

    def test_a_wrong_hash(self):
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in self.wheels.items()}
        self.lock({**hashes, "lastpart-1.0-py3-none-any.whl": "0" * 64})
        code, out, problems = self.setup()
        self.refuses("pip could not install the wheels: ", (code, out, problems), FIRST_NAMES)
        self.assertIn("DO NOT MATCH THE HASHES", problems)
        self.assertEqual(self.nothingOfWheels(), ["lock"])

    def test_wheels_without_a_hash(self):
        (self.checkout / "installer/wheels.lock").write_text("firstpart==1.0\nlastpart==1.0\n")
        code, out, problems = self.setup()
        self.refuses("pip could not install the wheels: ", (code, out, problems), FIRST_NAMES)
        self.assertEqual(self.nothingOfWheels(), ["lock"])

    def test_an_index_that_is_not_there(self):
        self.index.close()
        code, out, problems = self.setup()
        self.refuses("pip could not install the wheels: ", (code, out, problems), FIRST_NAMES)
        self.assertIn("check the network, or name a proxy (HTTPS_PROXY) or another index (PIP_INDEX_URL)", problems)
        self.assertEqual(self.nothingOfWheels(), ["lock"])

    def test_a_killed_install_leaves_nothing_half_done(self):
        self.index.held = "lastpart-1.0-py3-none-any.whl"
        process = self.start()
        self.assertTrue(self.index.half.wait(40), "pip does not ask for the last wheel")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.nothingOfWheels()
        self.index.held = None
        code, out, problems = self.setup()
        self.assertEqual((code, problems), (0, ""), out)
        self.complete()

    def test_killed_after_pip_it_begins_anew(self):
        for tool in ("touch", "mv"):
            with self.subTest(tool):
                real = (self.bin / tool).readlink()
                (self.bin / tool).unlink()
                self.standIn(tool, "kill -9 $PPID")
                self.assertEqual(self.setup()[0], -signal.SIGKILL)
                self.nothingOfWheels()
                (self.bin / tool).unlink()
                (self.bin / tool).symlink_to(real)
                self.assertEqual(self.setup()[0], 0)
                self.complete()
                (self.checkout / "build/deps").unlink()
                shutil.rmtree(self.deps)

    def test_a_driver_brings_the_cuda_wheels(self):
        self.assertEqual(self.setup()[0], 0)
        (self.fake / "driver").touch()
        code, out, problems = self.setup()
        self.assertEqual((code, problems), (0, ""), out)
        self.complete()
        self.assertEqual((self.checkout / "build/deps/cudapart.py").read_text(), "cudapart = 1\n")
        # A checkout that has them keeps them.
        (self.fake / "driver").unlink()
        self.assertEqual(self.setup(), (0, "slipway: everything that building needs is installed\n", ""))
        self.complete()
        self.assertTrue((self.checkout / "build/deps/cudapart.py").exists())


unittest.main()
