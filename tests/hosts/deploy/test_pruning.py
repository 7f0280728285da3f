"""What of an installed package stays in a function's zip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headgate.hosts.deploy.pruning import SERVICES, is_kept

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "name",
    [
        "boto3/__init__.py", "botocore/data/endpoints.json", "botocore/data/sqs/2012-11-05/service-2.json.gz",
        "pydantic_ai_slim-2.68.0.dist-info/METADATA", "duckdb-2.0.0.dist-info/licenses/LICENSE", "six.py",
        "boto3/data/dynamodb/2012-08-10/resources-1.json", "typing_extensions.py", "tests_of_something.py",
    ],
)  # fmt: skip
def test_what_a_function_may_open_stays(name: str):
    assert is_kept(name)


@pytest.mark.parametrize(
    "name",
    [
        ".lock", "bin/dotenv", "boto3/examples/s3.rst", "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/sqs/2012-11-05/examples-1.json", "duckdb-2.0.0.dist-info/RECORD", "x-1.dist-info/INSTALLER",
        "sqlglot/__pycache__/a.cpython-313.pyc", "somebody/tests/test_a.py", "duckdb/__init__.pyi",
        "boto3/data/ec2/2016-11-15/resources-1.json", "yaml/_yaml.pyx",
    ],
)  # fmt: skip
def test_what_no_function_opens_is_left_out(name: str):
    assert not is_kept(name)


def test_every_service_that_a_function_asks_is_described_in_its_zip():
    """Else it fails in the function only, where boto3 knows no such service."""
    package = ROOT / "src" / "headgate"
    code = [path for folder in ("adapters", "hosts/aws", "stages") for path in (package / folder).rglob("*.py")]
    # The one that only commands use.
    text = "".join(path.read_text(encoding="utf-8") for path in code if path.name != "account.py")
    asked = set(re.findall(r"client\(\s*\"([a-z0-9-]+)\"", text))
    assert "sqs" in asked
    assert asked <= set(SERVICES)
