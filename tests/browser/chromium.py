"""A headless Chromium, spoken to over a pipe in its own protocol: pages opened in any size and theme, asked and photographed."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SWITCHES = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--force-color-profile=srgb",
)  # fmt: skip
# Above what a child expects at 3 and 4, the ends that Chromium reads from and writes to.
_OUT_OF_THE_WAY = 20
# Pixels. Every report of a bundled sample is lower; further down nobody looks, and a taller picture costs seconds.
_TALLEST = 15_000


def find_chromium() -> str | None:
    """The program, where there is one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


class Chromium:
    """One browser with one page; every request that is none of its own file or of data is kept in `requests`."""

    def __init__(self, program: str, profile: Path) -> None:
        self._to, self._from = _pipe(), _pipe()
        command = [program, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        ends = (self._to[0], self._from[1])
        self._process = subprocess.Popen(
            command, preexec_fn=lambda: _as_three_and_four(*ends), pass_fds=(3, 4), stderr=subprocess.DEVNULL
        )
        for end in ends:
            os.close(end)
        self._answers = os.fdopen(self._from[0], "rb", buffering=0)
        self._rest, self._number, self._session = b"", 0, ""
        self._events: deque[dict[str, Any]] = deque()
        self.requests: list[str] = []
        self._attach()

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._send("Browser.close", session=False)
            self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait()
            self._answers.close()
            os.close(self._to[1])

    def open(self, path: Path, width: int, theme: str = "light", height: int = 900) -> None:
        """Opens a file in a window of some width and theme, and waits until it is loaded."""
        self.requests.clear()
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.change_to(theme)
        self._events.clear()
        self.send("Page.navigate", url=path.resolve().as_uri())
        self._wait_for("Page.loadEventFired")

    def change_to(self, theme: str) -> None:
        """The theme that people prefer from now on."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression, or the promise that it gives, comes to."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", "a script failed"))
        return answer["result"].get("value")

    def events(self, method: str) -> list[dict[str, Any]]:
        """Those of a kind since the page was opened."""
        self.ask("0")
        return [event for event in self._events if event.get("method") == method]

    def move_to(self, x: float, y: float) -> None:
        """Points at a place."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def photograph(self, path: Path) -> None:
        """The page as a PNG: all of it, unless it is very tall."""
        path.parent.mkdir(parents=True, exist_ok=True)
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], _TALLEST), "scale": 1}
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=True, optimizeForSpeed=True, clip=clip)
        path.write_bytes(base64.b64decode(picture["data"]))

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command to the page, and its answer."""
        return self._send(method, **parameters)

    def _attach(self) -> None:
        targets = self._send("Target.getTargets", session=False)["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        attached = self._send("Target.attachToTarget", session=False, targetId=page, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.send(f"{domain}.enable")

    def _send(self, method: str, session: bool = True, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = self._session
        os.write(self._to[1], json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self._keep(answer)

    def _wait_for(self, method: str) -> None:
        while not any(event["method"] == method for event in self._events):
            self._keep(self._next())

    def _keep(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        if event.get("method") == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            if not url.startswith(("file:", "data:")):
                self.requests.append(url)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = self._answers.read(1 << 16)
            if not data:
                raise RuntimeError("Chromium is gone")
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))


def _pipe() -> tuple[int, int]:
    """Two ends that are not in the way of 3 and 4."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]


def _as_three_and_four(reads: int, writes: int) -> None:
    os.dup2(reads, 3)
    os.dup2(writes, 4)
