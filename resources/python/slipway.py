# SPDX-License-Identifier: Apache-2.0
"""Tells Slipway how a Python training goes: metrics, progress, checkpoints.

One file without dependencies: `import slipway` works in every run that Slipway starts. Outside Slipway every such call does nothing,
so a program keeps them in place. None raises into the program. Threads may call at the same time.

    import slipway
    slipway.log(step=10, loss=0.31, **{"test/accuracy": 0.88})
    slipway.progress(10, 1000)
    slipway.checkpoint(slipway.run_folder() / "checkpoints" / "step-10.pt", 10)
    model.save(slipway.result_folder() / "model.bin")

From a notebook or a script it also starts runs, by the command line `slipway` (beside this file, in PATH, or what SLIPWAY_CLI names):

    slipway.run("my-job", settings={"train.epochs": 5})
    slipway.submit("my-job", to="lab/team-a/research")
    slipway.runs()

These give what `slipway --json` says, as dictionaries and lists, and raise SlipwayError.
"""
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading

__all__ = ["log", "progress", "checkpoint", "result_folder", "run_folder", "is_active", "smoke_steps", "run", "submit", "runs", "show", "SlipwayError"]

_MAX_BYTES = 16 * 1024 - 1024  # an event's limit, less what the agent adds
_MAX_NAME = 80  # bytes

_lock = threading.Lock()
_last_step = 0
_told = set()  # names of which a value was left out
_MAX_TOLD = 100


def _descriptor():
    try:
        number = int(os.environ["SLIPWAY_EVENT_FD"])
        os.fstat(number)
        return number
    except (KeyError, ValueError, OverflowError, OSError):
        return None


_fd = _descriptor()


def is_active():
    """Whether somebody listens."""
    return _fd is not None


def _line(body):
    return json.dumps(body, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _write(body):
    global _fd
    line = _line(body)
    if len(line) > _MAX_BYTES:
        points = list(body.get("values", {}).items())  # an event holds so many; the others go into the next
        for half in (points[:len(points) // 2], points[len(points) // 2:]):
            if 0 < len(half) < len(points):
                _write({**body, "values": dict(half)})
        return
    with _lock:
        try:
            while _fd is not None and line:
                line = line[os.write(_fd, line):]
        except OSError:
            _fd = None


def _send(make_body):
    if _fd is None:
        return
    try:
        body = make_body()
        if body is not None:
            _write(body)
    except Exception:  # the program must not fail for its reports
        pass


def _number(value):
    try:
        if hasattr(value, "item"):  # tensors and numpy scalars
            value = value.item()
        return float(value)
    except Exception:
        return None


def _left_out(name, reason):
    with _lock:
        if name in _told or len(_told) >= _MAX_TOLD:
            return
        _told.add(name)
    try:
        print(f"slipway.log: {name[:_MAX_NAME]} is left out: {reason}", file=sys.stderr, flush=True)
    except Exception:  # a stream that is closed, or takes no such characters
        pass


def log(step=None, **values):
    """Points of the curves at `step` (the step after the last one, where it is left out); names with "test/" before them come
    from held-out data. Values that are no numbers are left out, with one line on stderr for each name."""

    def body():
        global _last_step
        with _lock:
            number = _last_step + 1 if step is None else int(step)
            _last_step = number
        points = {}
        for name, value in values.items():
            point = _number(value)
            if point is None:
                _left_out(name, f"a value of type {type(value).__name__} is no number")
            elif len(name.encode()) > _MAX_NAME:
                _left_out(name, f"its name is longer than {_MAX_NAME} bytes")
            else:
                points[name] = point if math.isfinite(point) else str(point)
        return {"kind": "metric", "step": number, "values": points} if points else None

    _send(body)


def progress(step, steps=0, epoch=0.0, samples_per_second=0.0):
    """How far the program is; `steps` 0: nobody knows how many there will be."""
    _send(lambda: {"kind": "progress", "step": int(step), "steps": int(steps), "epoch": float(epoch),
                   "samples_per_second": float(samples_per_second)})


def checkpoint(path, step):
    """A checkpoint (a file or folder inside run_folder()) is complete at `path`."""

    def body():
        absolute = pathlib.Path(path).resolve()
        files = [absolute] if absolute.is_file() else [f for f in absolute.rglob("*") if f.is_file()]
        return {"kind": "checkpoint", "step": int(step), "path": str(absolute.relative_to(run_folder().resolve())),
                "size": sum(f.stat().st_size for f in files)}

    _send(body)


def smoke_steps():
    """How many steps a smoke run looks at, after which the program may stop early; 0 in a run. Whoever has batches of different sizes
    shows the largest first then."""
    try:
        return max(0, int(os.environ.get("SLIPWAY_SMOKE_STEPS", "0"))) if os.environ.get("SLIPWAY_SMOKE") else 0
    except ValueError:
        return 0


def run_folder():
    """The run's folder; the working folder outside Slipway."""
    return pathlib.Path(os.environ.get("SLIPWAY_RUN_FOLDER") or ".")


def result_folder():
    """The folder whose files come home as the run's result; made where it is missing."""
    folder = pathlib.Path(os.environ.get("SLIPWAY_RESULT") or run_folder() / "result")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        pass
    return folder


class SlipwayError(Exception):
    """What `slipway` says went wrong: `code` ("not-found"), `message`, `detail`, and as `hint` the next step."""

    def __init__(self, message, code="internal", detail="", hint=""):
        super().__init__(". ".join(part for part in (message, detail, hint) if part))
        self.message, self.code, self.detail, self.hint = message, code, detail, hint


def _command_line():
    beside = pathlib.Path(__file__).resolve().parent.parent / "slipway"
    named = os.environ.get("SLIPWAY_CLI") or (str(beside) if beside.is_file() else shutil.which("slipway"))
    if not named:
        raise SlipwayError("the program slipway is not in PATH", "not-found", hint="Name it in SLIPWAY_CLI")
    return named


def _call(words, on_line=None):
    """The last JSON document that `slipway WORDS --json` prints; the ones before go to `on_line`."""
    environment = {name: value for name, value in os.environ.items() if name != "SLIPWAY_EVENT_FD"}
    last = None
    try:
        process = subprocess.Popen([_command_line(), *words, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=environment, text=True, encoding="utf-8", start_new_session=True)
    except OSError as failure:
        raise SlipwayError(f"cannot start {_command_line()}: {failure.strerror}", "not-found", hint="Name it in SLIPWAY_CLI") from None
    with process:
        try:
            if on_line is None:
                last = json.loads(process.stdout.read() or "null")
            else:
                for line in process.stdout:
                    last = json.loads(line)
                    on_line(last)
        except ValueError:
            raise SlipwayError("slipway printed no JSON", "corrupt") from None
        except BaseException:  # Ctrl-C cancels the run, as it does in a terminal; once, since a second one would leave it running
            process.send_signal(signal.SIGINT)
            raise
    if isinstance(last, dict) and "error" in last:
        raise SlipwayError(**{name: last["error"].get(name, "") for name in ("message", "code", "detail", "hint")})
    if last is None:
        raise SlipwayError(f"slipway ended with exit code {process.returncode} and said nothing")
    return last


def _settings(values):
    return [word for path, value in (values or {}).items() for word in ("--set", f"{path}={json.dumps(value)}")]


def run(job=".", settings=None, echo=True):
    """Runs a job (its folder or file) on this machine until it ends. The run's record, and as "findings" why it failed. `settings`:
    {"train.epochs": 5}; `echo`: its log is printed as it comes."""

    def show_line(line):
        if echo and line.get("kind") == "log":
            print(line.get("text", ""), flush=True)

    last = _call(["run", str(job), *_settings(settings)], show_line)
    if "record" not in last:
        raise SlipwayError("slipway ended before the run did", hint="See it with: slipway runs")
    return {**last["record"], "findings": last["findings"]}


def submit(job, to, settings=None, registry=None):
    """Submits a job to a cluster (`to`: CONTEXT or CONTEXT/NAMESPACE/QUEUE) and returns once that has it. The run's record."""
    words = ["submit", str(job), "--to", str(to), *_settings(settings)]
    return _call(words + (["--registry", str(registry)] if registry else []))


def runs(all=False):
    """The runs' records, newest first; the last ones, or all."""
    return _call(["runs", *(["--all"] if all else [])])


def show(run="last"):
    """One run (a number, an id, a job's name or "last") with its last values, and why it failed."""
    return _call(["show", str(run)])
