"""Runs a notebook in a kernel of this environment, as Jupyter does, and saves it with its outputs."""

import sys

import nbformat
from nbclient import NotebookClient

path, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": folder}}).execute()
nbformat.write(notebook, path)
