"""Web addresses that people can follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headgate.core.report.address import web_address


def test_an_address_stays_as_it_is():
    for address in ("https://x.example/a/b.csv?versionId=1&x=%20#top", "http://127.0.0.1:8080/"):
        assert web_address(address) == address


@pytest.mark.parametrize(
    "where",
    [
        "",
        "a/b.csv",
        "/a/b",
        "javascript:alert(1)",
        "s3://bucket/key",
        "//x.example",
        "https:",
        "http:///x",
        "https://[x",
        "data:,x",
    ],
)
def test_what_is_no_web_address_is_no_link(where):
    assert web_address(where) == ""


@given(st.text())
def test_no_character_leaves_the_address(text):
    assert set(web_address(f"https://x.example/{text}")) <= set(map(chr, range(33, 127))) - set('"<>\\^`{|}')
