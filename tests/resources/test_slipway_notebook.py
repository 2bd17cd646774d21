# SPDX-License-Identifier: Apache-2.0
"""resources/python/slipway_notebook.py: what it makes of a notebook, and what it says without the packages it needs."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RESOURCES = pathlib.Path(sys.argv.pop())
sys.path.insert(0, str(RESOURCES / "python"))
import slipway_notebook  # noqa: E402


def cell(source, *tags):
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "execution_count": None, "outputs": [], "source": source}


def notebook(*cells, minor=5):
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": list(cells)}


def sources(made):
    return [one["source"] for one in made["cells"]]


class SlipwayNotebook(unittest.TestCase):
    def test_parameters_stand_behind_the_tagged_cell(self):
        given = notebook(cell("import x"), cell("lr = 1", "parameters"), cell("print(lr)"))
        before = json.dumps(given)
        made = slipway_notebook.with_parameters(given, {"lr": 0.1, "name": "a'b", "layers": [1, 2], "on": True, "none": None})
        text = "# Parameters\nlr = 0.1\nname = \"a'b\"\nlayers = [1, 2]\non = True\nnone = None\n"
        self.assertEqual(sources(made), ["import x", "lr = 1", text, "print(lr)"])
        self.assertEqual(made["cells"][2]["metadata"]["tags"], ["injected-parameters"])
        self.assertEqual(json.dumps(given), before)

    def test_without_a_tagged_cell_they_stand_first(self):
        self.assertEqual(sources(slipway_notebook.with_parameters(notebook(cell("a")), {"lr": 1})), ["# Parameters\nlr = 1\n", "a"])

    def test_those_of_an_earlier_run_are_replaced(self):
        once = slipway_notebook.with_parameters(notebook(cell("a", "parameters")), {"lr": 1})
        again = slipway_notebook.with_parameters(once, {"lr": 2})
        self.assertEqual(sources(again), ["a", "# Parameters\nlr = 2\n"])

    def test_without_values_nothing_changes(self):
        given = notebook(cell("a"), cell("lr = 3", "injected-parameters"))
        self.assertEqual(slipway_notebook.with_parameters(given, {}), given)

    def test_cells_have_ids_where_the_format_has(self):
        self.assertIn("id", slipway_notebook.with_parameters(notebook(), {"a": 1})["cells"][0])
        self.assertNotIn("id", slipway_notebook.with_parameters(notebook(minor=4), {"a": 1})["cells"][0])

    def test_what_is_missing_is_said_with_the_command_that_installs_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.ipynb"
            path.write_text(json.dumps(notebook()), encoding="utf-8")
            environment = dict(os.environ, PYTHONPATH=str(RESOURCES / "python"), PYTHONDONTWRITEBYTECODE="1")
            # Without site packages there is none, whatever this machine has.
            ran = subprocess.run([sys.executable, "-S", str(RESOURCES / "python" / "slipway_notebook.py"), str(path)], env=environment,
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("has no nbclient and no ipykernel; install what is missing with: ", ran.stderr)
        self.assertIn("pip install", ran.stderr)


if __name__ == "__main__":
    unittest.main()
