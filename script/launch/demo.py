"""script/demo: from a bare machine to the running system with the demo municipality."""

import argparse
import os
import shutil
import time
from collections.abc import Sequence

from script.launch import machine, ports, programs, servers
from script.launch.checkout import Checkout, Problem, this_checkout
from script.launch.data import Data
from script.launch.interrupts import interruptible, undisturbed
from script.launch.packages import Packages
from script.launch.places import place_for
from script.launch.processes import Roll
from script.launch.progress import Progress, say, table
from script.launch.single import Single
from script.launch.supervisor import Supervisor

FIRST_PORT = 8000
LOCAL = "127.0.0.1"


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit code. Raises Problem with what the person has to do."""
    options = _options(arguments)
    checkout = this_checkout()
    single = Single(checkout.state)
    if options.stop:
        say("Stopped." if single.stop() else "It is not running.")
        return 0
    if options.reset:
        return _reset(checkout, single, sure=options.yes)
    _require_write(checkout)
    checkout.state.mkdir(exist_ok=True)
    with single.held(), interruptible():
        supervisor = Supervisor(checkout.state / "logs", Roll(checkout.state / "processes.json"), say)
        running = False
        try:
            address = _start(checkout, supervisor, options)
            single.announce(address)
            running = True
            supervisor.watch()
        except KeyboardInterrupt:
            say("\nStopping ...")
        finally:
            with undisturbed():
                supervisor.stop()
    say("Stopped. The data stays; script/demo goes on with it.")
    return 0 if running else 130


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/demo",
        description="Run the whole system with the data of an invented municipality. Everything it needs is "
        "installed into this folder, as root also the system's packages. DATABASE_URL and REDIS_URL replace "
        "the private database and broker. Stop with Ctrl-C; the next start goes on with the same data.",
    )
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="first port to try (%(default)s)")
    parser.add_argument(
        "--host",
        default=LOCAL,
        help="address to listen on (%(default)s: this machine only; 0.0.0.0 also lets a phone in, and "
        "anybody else on the network: the passwords are printed on the sign-in page)",
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--stop", action="store_true", help="stop the running demo of this folder")
    act.add_argument("--reset", action="store_true", help="delete the demo's data, after asking")
    parser.add_argument("--yes", action="store_true", help="do not ask before --reset")
    return parser.parse_args(arguments)


def _start(checkout: Checkout, supervisor: Supervisor, options: argparse.Namespace) -> str:
    begin, progress = time.monotonic(), Progress()
    say(f"Kvalitet in {checkout.root}")
    for name in supervisor.roll.end_leftovers():
        progress.remark(f"Ended the {name} of an earlier run.")
    place = place_for(checkout)
    servers.install_system_packages(servers.system_packages(place), progress, supervisor.log("setup"))
    packages = Packages(checkout, progress, supervisor.log("setup"))
    packages.environment()
    packages.requirements("requirements.txt")
    packages.assets()
    packages.translations()
    listener = ports.listen(options.host, options.port, progress.remark)
    address = f"http://localhost:{listener.getsockname()[1]}"
    place = place_for(checkout)  # anew: apt may have brought the account for PostgreSQL
    urls = servers.start(place, packages, supervisor, progress)
    settings = programs.environment(checkout, urls, address, anywhere=options.host != LOCAL)
    accounts = Data(checkout, settings, progress, supervisor.log("setup")).load(servers.mark(place))
    web, *jobs = programs.programs(checkout, settings, listener)
    with progress.step("Web server"):
        supervisor.start(web)
        supervisor.wait_ready(web.name)
    for program in jobs:  # a person waits for the page, nobody for these
        supervisor.start(program)
    _welcome(checkout, address, accounts, time.monotonic() - begin)
    return address


def _welcome(checkout: Checkout, address: str, accounts: list[dict[str, str]], seconds: float) -> None:
    heads = ("role", "name", "email", "password")
    rows = [
        [head.capitalize() for head in heads],
        *([account[head] for head in heads] for account in accounts),
    ]
    say(f"\nReady after {seconds:.0f} s: {address}\n\n{table(rows)}\n")
    if not machine.has_pango():
        say(f"PDFs are off. To have them: sudo apt-get install {' '.join(machine.PANGO)}")
    say(f"Mail is written to {checkout.state / 'mail'}, logs to {checkout.state / 'logs'}.")
    say("Everybody who may sign in is listed on the sign-in page. Ctrl-C stops everything.")


def _require_write(checkout: Checkout) -> None:
    for folder in (checkout.root, checkout.state, checkout.venv):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise Problem(
                f"{folder} belongs to another account. Run this as that account, or in your own copy."
            )


def _reset(checkout: Checkout, single: Single, *, sure: bool) -> int:
    if single.running()[0]:
        raise Problem("It is running. First: script/demo --stop")
    if not checkout.state.exists():
        say("There is nothing to delete.")
        return 0
    _require_write(checkout)
    place = place_for(checkout)
    if not sure and not _agreed(f"Delete all data of the demo in {checkout.state}? [y/N] "):
        say("Nothing is deleted. script/demo --reset --yes deletes without asking.")
        return 1
    for folder in {place.sockets, place.data, checkout.state}:
        shutil.rmtree(folder, ignore_errors=folder == place.sockets)
    say("Deleted.")
    return 0


def _agreed(question: str) -> bool:
    """Whether the person says yes; nobody there to be asked says no."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        say("")
        return False
