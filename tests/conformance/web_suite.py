"""What every web promises; each implementation inherits these tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headgate.core.errors import Transient
from headgate.ports import Answer, Web

Serve = Callable[..., None]
Asked = Callable[[], list[dict[str, str]]]

ODD = {"symbol": "AAPL,EUR/USD,M&M:NSE", "apikey": "k+e y=&%#é", "empty": ""}


class WebSuite:
    @pytest.fixture
    def serve(self) -> Serve:
        """Lays down the answers that the server is to give, in order; then nobody answers."""
        raise NotImplementedError

    @pytest.fixture
    def web(self, serve: Serve) -> Web:
        raise NotImplementedError

    @pytest.fixture
    def url(self, serve: Serve) -> str:
        raise NotImplementedError

    @pytest.fixture
    def asked(self, serve: Serve) -> Asked:
        """The parameters of every request that came."""
        raise NotImplementedError

    @pytest.mark.parametrize("status", [200, 203, 301, 307, 400, 401, 404, 429, 500, 503])
    def test_any_status_is_an_answer(self, serve: Serve, web: Web, url: str, asked: Asked, status: int):
        serve(Answer(status, {"Location": "https://elsewhere.example.com/"}, b'{"code": 1}'))
        answer = web.get(url, {})
        assert (answer.status, answer.body) == (status, b'{"code": 1}')
        assert len(asked()) == 1

    def test_names_of_headers_are_in_lower_case(self, serve: Serve, web: Web, url: str):
        serve(Answer(429, {"Retry-After": "30", "API-Credits-Left": "0"}, b""))
        answer = web.get(url, {})
        assert (answer.headers["retry-after"], answer.headers["api-credits-left"]) == ("30", "0")

    def test_a_body_comes_byte_for_byte(self, serve: Serve, web: Web, url: str):
        body = bytes(range(256)) * 1000
        serve(Answer(200, {}, body))
        assert web.get(url, {}).body == body

    def test_parameters_arrive_as_they_were_given(self, serve: Serve, web: Web, url: str, asked: Asked):
        serve(Answer(200, {}, b""))
        web.get(url, ODD)
        assert asked() == [ODD]

    def test_each_request_has_its_own_answer(self, serve: Serve, web: Web, url: str, asked: Asked):
        serve(*(Answer(200, {}, str(number).encode()) for number in range(3)))
        assert [web.get(url, {"n": str(number)}).body for number in range(3)] == [b"0", b"1", b"2"]
        assert asked() == [{"n": "0"}, {"n": "1"}, {"n": "2"}]

    def test_nobody_answering_is_an_error_that_may_pass_and_says_what_to_do(self, serve: Serve, web: Web, url: str):
        serve()
        with pytest.raises(Transient) as caught:
            web.get(url, {"apikey": "0123456789abcdef"})
        assert caught.value.who
        assert caught.value.next
        assert "0123456789abcdef" not in str(caught.value)
