# SPDX-License-Identifier: Apache-2.0
"""Tells Slipway how a Python training goes: metrics, progress, checkpoints.

One file without dependencies: `import slipway` works in every run that Slipway starts. Outside Slipway every call does nothing,
so a program keeps them in place. Nothing here raises into the program. Threads may call at the same time.

    import slipway
    slipway.log(step=10, loss=0.31, **{"test/accuracy": 0.88})
    slipway.progress(10, 1000)
    slipway.checkpoint(slipway.run_folder() / "checkpoints" / "step-10.pt", 10)
    model.save(slipway.result_folder() / "model.bin")
"""
import json
import math
import os
import pathlib
import sys
import threading

__all__ = ["log", "progress", "checkpoint", "result_folder", "run_folder", "is_active"]

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


def _write(body):
    global _fd
    line = json.dumps(body, ensure_ascii=True, allow_nan=False).encode() + b"\n"
    if len(line) > _MAX_BYTES:
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
