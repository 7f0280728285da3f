"""The bundled contracts are valid documents of the standard, by its own schema and package."""

import json

import pytest
import yaml
from jsonschema.validators import validator_for
from open_data_contract_standard.model import OpenDataContractStandard

from tests.examples.samples import EXAMPLES, ROW_PIPELINES


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_official_schema_finds_no_fault(pipeline):
    schema = json.loads(OpenDataContractStandard.json_schema())
    contract = yaml.safe_load((EXAMPLES / pipeline / "contract.odcs.yaml").read_text("utf-8"))
    assert [fault.message for fault in validator_for(schema)(schema).iter_errors(contract)] == []


@pytest.mark.parametrize("pipeline", ROW_PIPELINES)
def test_the_official_package_reads_it(pipeline):
    contract = OpenDataContractStandard.from_file(str(EXAMPLES / pipeline / "contract.odcs.yaml"))
    assert contract.schema_
    assert contract.schema_[0].name == pipeline
