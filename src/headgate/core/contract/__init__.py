"""Data contracts: ODCS v3 documents read, explained, drafted and checked."""

from headgate.core.contract.load import load_contract, read_contract
from headgate.core.contract.model import (
    Column,
    Contract,
    FileCheck,
    Layout,
    RowRule,
    UnitCheck,
)

__all__ = [
    "Column",
    "Contract",
    "FileCheck",
    "Layout",
    "RowRule",
    "UnitCheck",
    "load_contract",
    "read_contract",
]
