"""What the `source` section may say, and what is said when it says something else."""

import pytest

from headgate.core.config.source_settings import TwelveData
from headgate.core.errors import UserMistake
from headgate.core.pipeline import load_pipeline

TWELVE = "source:\n  kind: twelve_data\n  symbols: [AAPL]\n"


def load(tmp_path, text: str) -> TwelveData | None:
    home = tmp_path / "stocks"
    home.mkdir()
    (home / "pipeline.yaml").write_text(text)
    return load_pipeline(home).source


def mistake(tmp_path, text: str) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        load(tmp_path, text)
    assert caught.value.code == "bad_config"
    return caught.value


@pytest.mark.parametrize("text", ["", "source:\n"])
def test_without_the_section_nothing_is_ever_asked(tmp_path, text):
    assert load(tmp_path, text) is None


def test_the_symbols_are_all_that_must_be_said(tmp_path):
    source = load(tmp_path, TWELVE)
    assert source
    assert (source.url, source.interval, source.outputsize) == ("https://api.twelvedata.com/time_series", "1day", 30)
    assert (source.key_env, source.credits_per_minute, source.schedule) == ("TWELVE_DATA_KEY", 8, None)


def test_what_is_written_is_what_is_loaded(tmp_path):
    source = load(
        tmp_path,
        """
source:
  kind: twelve_data
  url: http://127.0.0.1:8080/time_series
  symbols: [AAPL, BRK.A, EUR/USD, "SBIN:NSE", ^GSPC, "M&M:NSE"]
  interval: 5min
  outputsize: 5000
  key_env: KEY_2
  credits_per_minute: 610
  schedule:
    cron: "0 17 * * MON-FRI"
    zone: America/New_York
""",
    )
    assert source
    assert source.symbols == ("AAPL", "BRK.A", "EUR/USD", "SBIN:NSE", "^GSPC", "M&M:NSE")
    assert (source.url, source.interval, source.outputsize) == ("http://127.0.0.1:8080/time_series", "5min", 5000)
    assert (source.key_env, source.credits_per_minute) == ("KEY_2", 610)
    assert source.schedule
    assert (source.schedule.cron, source.schedule.zone) == ("0 17 * * MON-FRI", "America/New_York")


# What is wrong, line and column, key, and words of the message.
WRONG = {
    "no kind": ("source: {symbols: [A]}", "1:9", "source.kind", "the key `kind` is missing here"),
    "no symbols": ("source: {kind: twelve_data}", "1:9", "source.symbols", "the key `symbols` is missing here"),
    "another kind": ("source: {kind: stooq, symbols: [A]}", "1:16", "source.kind", "it must be twelve_data, not 'stooq'"),
    "not a section": ("source: twelve_data", "1:9", "source", "it must be a mapping of keys, not 'twelve_data'"),
    "unknown key": (f"{TWELVE}  symbol: A", "4:3", "source.symbol", "did you mean `symbols`?"),
    "a key at the top": ("symbols: [A]", "1:1", "symbols", "it belongs under `source`"),
    "schedule at the top": ("cron: '* * * * *'", "1:1", "cron", "it belongs under `source.schedule`"),
    "empty list": ("source: {kind: twelve_data, symbols: []}", "1:38", "source.symbols", "name at least one symbol"),
    "two in one": ("source: {kind: twelve_data, symbols: ['A,B']}", "1:39", "source.symbols[0]", "'A,B' is no symbol"),
    "twice": ("source: {kind: twelve_data, symbols: [A, a]}", "1:42", "source.symbols[1]", "it stands here twice"),
    "a truth": ("source: {kind: twelve_data, symbols: [A, true]}", "1:42", "source.symbols[1]", "put it in quotes"),
    "interval": (f"{TWELVE}  interval: 3h", "4:13", "source.interval", "1week or 1month, not '3h'"),
    "no bars": (f"{TWELVE}  outputsize: 0", "4:15", "source.outputsize", "it must be at least 1"),
    "too many bars": (f"{TWELVE}  outputsize: 5001", "4:15", "source.outputsize", "it must be at most 5000, not '5001'"),
    "credits": (f"{TWELVE}  credits_per_minute: 0", "4:23", "source.credits_per_minute", "it must be at least 1"),
    "plain http": (f"{TWELVE}  url: http://api.example.com/x", "4:8", "source.url", "it must start with https://"),
    "http for one alike": (f"{TWELVE}  url: http://127.0.0.1.nip.io/x", "4:8", "source.url", "it must start with https"),
    "a file": (f"{TWELVE}  url: file:///etc/passwd", "4:8", "source.url", "it is no URL such as"),
    "a space": (f"{TWELVE}  url: https://api.example.com/a b", "4:8", "source.url", "it is no URL such as"),
    "a part of a page": (f"{TWELVE}  url: https://api.example.com/x#y", "4:8", "source.url", "no `#`"),
    "no host": (f"{TWELVE}  url: https:///x", "4:8", "source.url", "it is no URL such as"),
    "no port": (f"{TWELVE}  url: 'https://a:b/x'", "4:8", "source.url", "it is no URL such as"),
    "schedule without times": (f"{TWELVE}  schedule: {{}}", "4:13", "source.schedule.cron", "`cron` is missing here"),
    "key of a schedule": (f"{TWELVE}  schedule: {{corn: a}}", "4:14", "source.schedule.corn", "the nearest is `cron`"),
    "bad schedule": (f"{TWELVE}  schedule: {{cron: daily}}", "4:20", "source.schedule.cron", "five fields"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "at", "key", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_names_file_line_column_key_and_what_to_write(tmp_path, text, at, key, words):
    error = mistake(tmp_path, text)
    assert words in error.message
    found = f"{tmp_path}/stocks/pipeline.yaml:{at} ({key})"
    assert found in str(error)


SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        f"key_env: {SECRET!r}", f"key_env: a{SECRET}", f"apikey: {SECRET!r}",
        f"url: 'https://api.example.com/x?apikey={SECRET}'", f"url: 'https://user:{SECRET}@api.example.com/x'",
        f"url: 'api.example.com/x?apikey={SECRET}'", f"url: '//user:{SECRET}@api.example.com:x/'", f"url: '#{SECRET}'",
    ],
)  # fmt: skip
def test_a_key_that_was_written_into_the_file_is_refused_and_not_repeated(tmp_path, line):
    error = mistake(tmp_path, f"{TWELVE}  {line}\n")
    assert SECRET not in str(error)
    assert f"{tmp_path}/stocks/pipeline.yaml:4" in str(error)
