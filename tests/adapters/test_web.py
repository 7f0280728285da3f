"""Both webs behave alike; the real one is bounded in time and size, and goes nowhere by itself."""

from __future__ import annotations

import socket
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from headgate.adapters.memory.web import ScriptedWeb
from headgate.adapters.web import HttpWeb
from headgate.core.errors import Outside, Permanent
from headgate.ports import Answer
from tests.conformance.web_suite import WebSuite
from tests.local_server import LocalServer, sends

KEY = "0123456789abcdef"


class TestScriptedWeb(WebSuite):
    @pytest.fixture
    def web(self) -> ScriptedWeb:
        return ScriptedWeb()

    @pytest.fixture
    def serve(self, web: ScriptedWeb) -> Callable[..., None]:
        return lambda *answers: web.answers.extend(answers)

    @pytest.fixture
    def url(self) -> str:
        return "https://api.example.com/time_series"

    @pytest.fixture
    def asked(self, web: ScriptedWeb) -> Callable[[], list[dict[str, str]]]:
        return lambda: [parameters for _, parameters in web.asked]

    def test_an_error_can_be_written_in_advance(self, web: ScriptedWeb, url: str):
        web.answers.append(Outside("no route to host"))
        with pytest.raises(Outside, match="no route to host"):
            web.get(url, {})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with LocalServer() as running:
        yield running


def closes(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends before a word was said."""
    handler.close_connection = True


class TestHttpWeb(WebSuite):
    @pytest.fixture
    def web(self) -> HttpWeb:
        return HttpWeb(timeout=5)

    @pytest.fixture
    def serve(self, server: LocalServer) -> Callable[..., None]:
        return lambda *answers: server.answers.extend([*answers, closes])

    @pytest.fixture
    def url(self, server: LocalServer) -> str:
        return server.url

    @pytest.fixture
    def asked(self, server: LocalServer) -> Callable[[], list[dict[str, str]]]:
        return lambda: [asked.parameters for asked in server.asked]


def failure(url: str, web: HttpWeb | None = None) -> Outside:
    with pytest.raises(Outside) as caught:
        (web or HttpWeb(timeout=5)).get(url, {"apikey": KEY})
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert KEY not in told
    assert str(caught.value.where) == "127.0.0.1"
    return caught.value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 60, "broke in the middle"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n40\r\nab", "IncompleteRead"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabcde\r\n", "is no HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "is no HTTP (BadStatusLine)"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000, "is no HTTP (HTTPException)"),
        (b"HTTP/1.1 200 " + b"x" * 100_000, "is no HTTP (LineTooLong)"),
        (b"", "closed connection without response"),
    ],
    ids=["cut off", "chunks cut off", "no chunks", "another protocol", "headers without end", "long line", "nothing"],
)
def test_what_is_no_whole_answer_is_an_error_that_may_pass(server: LocalServer, data: bytes, why: str):
    server.answers.append(sends(data))
    assert why in failure(server.url).message


def test_a_whole_answer_in_chunks_is_an_answer(server: LocalServer):
    server.answers.append(
        sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n2\r\nfg\r\n0\r\n\r\n")
    )
    assert HttpWeb().get(server.url, {}).body == b"abcdefg"


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_allowed(server: LocalServer):
    server.answers.append(server.silent)
    assert "did not answer in time" in failure(server.url, HttpWeb(timeout=0.1)).message


def test_a_server_that_goes_silent_in_the_middle_is_waited_for_no_longer_than_allowed(server: LocalServer):
    def stalls(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        server.over.wait(30)

    server.answers.append(stalls)
    assert "did not answer in time" in failure(server.url, HttpWeb(timeout=0.1)).message


def test_a_server_that_sends_drop_by_drop_is_not_listened_to_for_ever(server: LocalServer):
    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while not server.over.wait(0.02):
                handler.wfile.write(b"x")
        except OSError:
            handler.close_connection = True

    server.answers.append(drips)
    assert "did not answer in time" in failure(server.url, HttpWeb(timeout=0.1)).message


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"x" * 100_000)
    except OSError:
        handler.close_connection = True


def test_a_body_without_end_is_refused_for_good_and_not_held(server: LocalServer):
    server.answers.append(endless)
    with pytest.raises(Permanent) as caught:
        HttpWeb(timeout=5, largest=1_000_000).get(server.url, {"apikey": KEY})
    assert caught.value.code == "answer_too_large"
    assert "larger than 1,000,000 bytes" in caught.value.message
    assert KEY not in str(caught.value)


def test_a_body_of_just_the_allowed_size_is_an_answer(server: LocalServer):
    server.answers.append(Answer(200, {}, b"x" * 1000))
    assert len(HttpWeb(largest=1000).get(server.url, {}).body) == 1000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_that_no_other_server_sees_the_key(server: LocalServer, status: int):
    with LocalServer() as other:
        server.answers.append(Answer(status, {"Location": other.url}, b""))
        assert HttpWeb().get(server.url, {"apikey": KEY}).headers["location"] == other.url
        assert (len(server.asked), other.asked) == (1, [])


def test_nobody_listening_is_an_error_that_may_pass():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        said = failure(f"http://127.0.0.1:{free.getsockname()[1]}/time_series")
    assert said.message == "no whole answer came: Connection refused"
    assert (said.code, said.who) == ("unreachable", "whoever looks after the network")


def test_neither_a_file_nor_another_protocol_can_be_opened(tmp_path):
    (tmp_path / "secret").write_text("secret")
    for url in (f"file://{tmp_path}/secret", "ftp://127.0.0.1/secret", "data:text/plain,secret"):
        with pytest.raises(Outside, match="unknown url type"):
            HttpWeb().get(url, {})


def test_a_server_that_speaks_no_tls_is_told_without_the_key(server: LocalServer):
    assert "SSL" in failure(server.url.replace("http://", "https://")).message


def test_the_server_learns_who_asks(server: LocalServer):
    server.answers.append(Answer(200, {}, b""))
    HttpWeb().get(server.url, {})
    assert server.asked[0].headers["User-Agent"].startswith("headgate/")
    assert server.asked[0].headers["Accept"] == "application/json"


def test_a_proxy_is_taken_from_the_environment(server: LocalServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/time_series"))
    monkeypatch.setenv("no_proxy", "")
    server.answers.append(Answer(200, {}, b"by proxy"))
    assert HttpWeb().get("http://api.example.com/time_series", {"symbol": "A"}).body == b"by proxy"
    assert server.asked[0].path == "http://api.example.com/time_series?symbol=A"
