"""An interrupted Terraform is waited for, however it was interrupted. The command runs as a process; Terraform is a stand-in."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from headgate.hosts.deploy.running import Passing
from tests.hearing import hears_signals
from tests.projects import make_project
from tests.stand_in import StandIn

APPLY = ("-m", "headgate", "deploy", "apply", "--plan", "kept.tfplan")
ASKS = """
from pathlib import Path
from headgate.hosts.deploy.terraform import Interrupted, Terraform
try:
    Terraform(Path("infra/stack")).apply(ask=True)
except Interrupted:
    raise SystemExit(130)
"""
NOHUP = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)"
READY = b"ready"
# Takes a second to stop, and notes at its end what it was sent until then.
STOPS = f"""
import signal
if words[0] == 'output':
    print('{{}}')
if words[0] == 'show':
    print(json.dumps({{'variables': {{'environment': {{'value': 'dev'}}, 'project': {{'value': 'shop'}}}}}}))
if words[0] in ('apply', 'destroy'):
    sent = {{signal.SIGINT, signal.SIGTERM}}
    signal.pthread_sigmask(signal.SIG_BLOCK, sent)
    print({READY.decode()!r}, flush=True)
    came = [signal.sigtimedwait(sent, 20).si_signo]
    while again := signal.sigtimedwait(sent, 1):
        print({READY.decode()!r}, flush=True)
        came.append(again.si_signo)
    Path('ended.json').write_text(json.dumps(came))
    print('Error: execution halted', file=sys.stderr)
    sys.exit(1)
"""


def _at_a_terminal() -> None:
    hears_signals()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Command:
    """In a session of its own, as a terminal's shell starts it."""

    def __init__(self, folder: Path, programs: Path, words: Sequence[str], *, terminal: bool = False) -> None:
        self._folder, self._at, end = folder, *(pty.openpty() if terminal else os.pipe())
        self.process = subprocess.Popen(
            [sys.executable, *words], cwd=folder, start_new_session=True,
            stdin=end if terminal else subprocess.DEVNULL, stdout=end, stderr=end,
            env={**os.environ, "PATH": str(programs)},
            preexec_fn=_at_a_terminal if terminal else hears_signals,
        )  # fmt: skip
        os.close(end)
        self.said = b""

    def ready(self, times: int = 1) -> None:
        """Terraform waits for what it is sent."""
        while self.said.count(READY) < times:
            read = os.read(self._at, 4096)
            assert read, self.said
            self.said += read

    def type(self, keys: bytes) -> None:
        os.write(self._at, keys)

    def hang_up(self) -> list[int]:
        """Closes the terminal, where nobody hears of the end any more: what Terraform was sent."""
        # Whoever is still within his line when it is closed can't end it.
        while not self.said.endswith(b"\n"):
            self.said += os.read(self._at, 4096)
        os.close(self._at)
        self.process.wait(30)
        return list(json.loads((self._folder / "infra/stack/ended.json").read_text()))

    def end(self) -> tuple[int, list[int], str]:
        """Exit code, what Terraform was sent, and all that was said."""
        code = self.process.wait(30)
        try:
            while read := os.read(self._at, 4096):
                self.said += read
        except OSError:
            pass  # So a terminal says that nobody is left to write.
        os.close(self._at)
        return code, json.loads((self._folder / "infra/stack/ended.json").read_text()), self.said.decode()


@pytest.fixture
def shop(tmp_path: Path, terraform: StandIn) -> Path:
    terraform.does(STOPS)
    folder = make_project(tmp_path / "shop", "deploy: {region: eu-central-1, name: shop}\n")
    (folder / "infra" / "stack").mkdir(parents=True)
    zipfile.ZipFile(folder / "kept.tfplan", "w").close()
    return folder


@pytest.mark.parametrize(
    ("sends", "number", "arrives"),
    [
        (os.killpg, signal.SIGINT, signal.SIGINT),
        (os.kill, signal.SIGINT, signal.SIGINT),
        (os.kill, signal.SIGTERM, signal.SIGTERM),
        (os.kill, signal.SIGHUP, signal.SIGTERM),
    ],
)
def test_an_interrupt_reaches_terraform_once_and_its_end_is_waited_for(
    shop: Path, programs: Path, sends, number: int, arrives: int
):
    command = Command(shop, programs, APPLY)
    command.ready()
    sends(command.process.pid, number)
    code, came, said = command.end()
    assert (code, came) == (130, [arrives])
    assert "Error: execution halted" in said
    assert "terraform apply was interrupted; what stands is in its state" in said
    assert "next: headgate deploy apply -e dev goes on from there" in said


def test_a_second_interrupt_is_terraforms_to_judge(shop: Path, programs: Path):
    command = Command(shop, programs, APPLY)
    command.ready()
    os.kill(command.process.pid, signal.SIGINT)
    os.kill(command.process.pid, signal.SIGTERM)
    code, came, said = command.end()
    assert (code, sorted(came)) == (130, [signal.SIGINT, signal.SIGTERM])
    assert "was stopped at once" in said


@pytest.mark.parametrize("words", [APPLY, ("-c", ASKS)], ids=["asks nothing", "asks"])
def test_ctrl_c_at_a_terminal_comes_once(shop: Path, programs: Path, words: Sequence[str]):
    command = Command(shop, programs, words, terminal=True)
    command.ready()
    command.type(b"\x03")
    assert command.end()[:2] == (130, [signal.SIGINT])


@pytest.mark.parametrize("words", [APPLY, ("-c", ASKS)], ids=["asks nothing", "asks"])
def test_a_terminal_that_is_closed_lets_terraform_end_what_it_is_at(shop: Path, programs: Path, words: Sequence[str]):
    command = Command(shop, programs, words, terminal=True)
    command.ready()
    assert command.hang_up() == [signal.SIGTERM]


def test_what_is_not_to_hear_of_a_closed_terminal_does_not(shop: Path, programs: Path):
    command = Command(shop, programs, ("-c", f"{NOHUP}\n{ASKS}"))
    command.ready()
    os.kill(command.process.pid, signal.SIGHUP)
    os.kill(command.process.pid, signal.SIGINT)
    assert command.end()[:2] == (130, [signal.SIGINT])


def test_a_question_can_be_answered_at_the_terminal(shop: Path, programs: Path, terraform: StandIn):
    terraform.does(
        f"if words[0] == 'apply':\n    print({READY.decode()!r}, flush=True)\n    Path('ended.json').write_text(input())"
    )
    command = Command(shop, programs, ("-c", ASKS), terminal=True)
    command.ready()
    command.type(b"[7]\n")
    assert command.end()[:2] == (0, [7])


class Started:
    """Notes what it is sent; two signals that come at once are one for a real process."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    def send_signal(self, number: int) -> None:
        self.sent.append(number)


def test_what_the_terminal_sends_by_itself_is_not_sent_again():
    passing, started = Passing(with_terminal=True), Started()
    passing.start(started)
    passing(signal.SIGINT, None)
    passing(signal.SIGTERM, None)
    assert (started.sent, passing.came) == ([signal.SIGTERM], [signal.SIGINT, signal.SIGTERM])


def test_a_closed_terminal_asks_it_to_stop_once_and_never_at_once():
    passing, started = Passing(with_terminal=True), Started()
    passing.start(started)
    for _ in range(2):
        passing(signal.SIGHUP, None)
    assert (started.sent, passing.came) == ([signal.SIGTERM], [signal.SIGHUP])
    passing(signal.SIGTERM, None)
    passing(signal.SIGHUP, None)
    assert started.sent == [signal.SIGTERM, signal.SIGTERM]


def test_what_comes_before_it_is_started_reaches_it_then():
    passing, started = Passing(with_terminal=False), Started()
    passing(signal.SIGINT, None)
    passing.start(started)
    assert started.sent == [signal.SIGINT]
