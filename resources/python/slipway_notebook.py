# SPDX-License-Identifier: Apache-2.0
"""Runs a Jupyter notebook as a program, which Slipway does for a job whose command is one: python slipway_notebook.py study.ipynb.

What its cells print goes to stdout and stderr as it comes; the notebook with its outputs is saved after every cell, as
result_folder()/study.ipynb, or as notebooks/study-rank1.ipynb of the run's folder for other ranks. --parameters takes a JSON object:
a cell that sets them is put behind the one tagged "parameters", or first. SIGTERM interrupts the cell, which may save its work.
Needs nbclient and ipykernel.
"""
import argparse
import asyncio
import copy
import ctypes
import importlib.util
import json
import os
import pathlib
import re
import signal
import sys

import slipway

_INJECTED = "injected-parameters"
_STOPPED = 128 + signal.SIGTERM


def _has_tag(cell, tag):
    return tag in cell.get("metadata", {}).get("tags", [])


def with_parameters(notebook, values):
    """A copy of the notebook (a dict) in which a cell sets `values`; without any, the copy alone."""
    made = copy.deepcopy(notebook)
    if not values:
        return made
    cell = {"cell_type": "code", "metadata": {"tags": [_INJECTED]}, "execution_count": None, "outputs": [],
            "source": "# Parameters\n" + "".join(f"{name} = {value!r}\n" for name, value in values.items())}
    if (made.get("nbformat"), made.get("nbformat_minor", 0)) >= (4, 5):
        cell["id"] = "slipway-parameters"
    cells = [one for one in made["cells"] if not _has_tag(one, _INJECTED)]
    tagged = [i for i, one in enumerate(cells) if _has_tag(one, "parameters")]
    cells.insert(tagged[0] + 1 if tagged else 0, cell)
    made["cells"] = cells
    return made


def output_file(notebook):
    """Where the notebook with its outputs is kept."""
    rank = os.environ.get("RANK", "0")
    if rank == "0":
        return slipway.result_folder() / notebook.name
    return slipway.run_folder() / "notebooks" / f"{notebook.stem}-rank{rank}{notebook.suffix}"


def missing_packages():
    """What to say when this Python cannot run notebooks; empty when it can."""
    missing = [name for name in ("nbclient", "ipykernel") if importlib.util.find_spec(name) is None]
    if not missing:
        return ""
    install = f"{sys.executable} -m pip install"
    if importlib.util.find_spec("pip") is None:
        install = f"uv pip install --python {sys.executable}"
    return (f"{sys.executable} cannot run notebooks, since it has no {' and no '.join(missing)}; "
            f"install what is missing with: {install} {' '.join(missing)}")


def _end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: the kernel has a session of its own


def _plain(text):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def _show(message):
    content = message["content"]
    kind = message["msg_type"]
    if kind == "stream":
        stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
        stream.write(content.get("text", ""))
        stream.flush()
    elif kind in ("display_data", "execute_result"):
        print(content.get("data", {}).get("text/plain", ""), flush=True)


def _client(notebook, save):
    import nbclient
    import traitlets.config

    class Client(nbclient.NotebookClient):
        def output(self, outs, msg, display_id, cell_index):
            _show(msg)
            return super().output(outs, msg, display_id, cell_index)

    def begin(**_):
        interrupt = lambda: asyncio.ensure_future(client.km.interrupt_kernel())  # noqa: E731
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, interrupt)

    spec = notebook.metadata.get("kernelspec", {})
    is_python = spec.get("language", "python") == "python"
    client = Client(notebook, timeout=None, kernel_name="python3" if is_python else spec["name"],
                    resources={"metadata": {"path": os.getcwd()}}, on_notebook_start=begin,
                    on_cell_executed=lambda **_: save(), on_cell_error=lambda **_: save(),
                    config=traitlets.config.Config({"KernelManager": {"transport": "ipc"}}))
    return client


def _execute(notebook, save):
    """The exit code."""
    import nbclient.exceptions

    event_fd = slipway._fd  # the kernel's programs tell of metrics, too
    options = {"preexec_fn": _end_with_parent, "pass_fds": () if event_fd is None else (event_fd,)}
    try:
        asyncio.run(_client(notebook, save).async_execute(**options))
        return 0
    except nbclient.exceptions.CellExecutionError as failure:
        if failure.ename == "KeyboardInterrupt":
            return _STOPPED
        print(_plain(str(failure)), file=sys.stderr, flush=True)
        return 1
    except nbclient.exceptions.DeadKernelError:
        print("the notebook's kernel died; often out of memory", file=sys.stderr, flush=True)
        return 1
    finally:
        save()


def main(words):
    parser = argparse.ArgumentParser(prog="slipway_notebook.py", description="Runs a notebook as a program.")
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--parameters", type=json.loads, default={}, help="a JSON object")
    options = parser.parse_args(words)
    if problem := missing_packages():
        print(problem, file=sys.stderr)
        return 1
    # Before the kernels of this user's home, those of the environment that runs this.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    import nbformat

    notebook = nbformat.read(options.notebook, as_version=4)
    notebook = nbformat.from_dict(with_parameters(notebook, options.parameters))
    target = output_file(options.notebook)
    target.parent.mkdir(parents=True, exist_ok=True)

    def save():
        part = target.with_name(target.name + ".part")
        nbformat.write(notebook, part)
        part.replace(target)

    return _execute(notebook, save)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
