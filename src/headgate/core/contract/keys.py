"""The keys ODCS v3.0 to v3.2 knows at each level, and the mistakes people make with them."""

from __future__ import annotations

from headgate.core.contract.node import Node
from headgate.core.nearest import nearest


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENT = (
    "id name physicalType physicalName description businessName deprecated synonyms "
    "authoritativeDefinitions tags customProperties logicalType quality properties relationships"
)
_OPERATORS = (
    "mustBe mustNotBe mustBeGreaterThan mustBeGreaterOrEqualTo mustBeLessThan mustBeLessOrEqualTo "
    "mustBeBetween mustNotBeBetween"
)
OPERATORS = tuple(_OPERATORS.split())

KNOWN: dict[str, frozenset[str]] = {
    "contract": _words(
        "version kind apiVersion id name tenant tags status servers dataProduct description domain context "
        "schema support price team roles slaDefaultElement slaProperties authoritativeDefinitions "
        "customProperties contractCreatedTs"
    ),
    "schema": _words(f"{_ELEMENT} dataGranularityDescription context"),
    "property": _words(
        f"{_ELEMENT} primaryKey primaryKeyPosition logicalTypeOptions semanticType required unique "
        "partitioned partitionKeyPosition classification encryptedName transformSourceObjects "
        "transformLogic transformDescription examples enum criticalDataElement items map"
    ),
    "quality": _words(
        "id authoritativeDefinitions businessImpact customProperties description dimension method name "
        "schedule scheduler scheduleCronExpression severity tags type unit metric rule arguments query "
        f"engine implementation validValues {_OPERATORS}"
    ),
    "customProperties": frozenset(["id", "property", "value", "description", "vendor"]),
}

_OPTION = "stands on the property itself: put it under `logicalTypeOptions`"
_NULLABLE = "is not ODCS v3: write `required`, which says the opposite"

# Keys that no ODCS v3 document has, and whose silent loss would switch a rule off.
MISTAKEN: dict[str, dict[str, str]] = {
    "contract": {
        "dataset": "is ODCS v2: v3 writes `schema`",
        "quantumName": "is ODCS v2: v3 writes `dataProduct`",
        "uuid": "is ODCS v2: v3 writes `id`",
        "models": "belongs to another contract format: ODCS writes `schema`",
        "columns": "must stand under a schema object, as `properties`",
        "properties": "must stand under a schema object: `schema: [{name: …, properties: …}]`",
        "quality": "must stand on a schema object or a property",
    },
    "schema": {
        "table": "is ODCS v2: v3 writes `name`",
        "columns": "is ODCS v2: v3 writes `properties`",
        "fields": "is not ODCS: write `properties`",
    },
    "property": {
        "column": "is ODCS v2: v3 writes `name`",
        "type": "is not ODCS: write `logicalType`",
        "dataType": "is not ODCS: write `logicalType`",
        "isNullable": _NULLABLE,
        "nullable": _NULLABLE,
        "isUnique": "is ODCS v2: v3 writes `unique`",
        "isPrimary": "is ODCS v2: v3 writes `primaryKey`",
        "isPrimaryKey": "is ODCS v2: v3 writes `primaryKey`",
        "columnIsPrimary": "is ODCS v2: v3 writes `primaryKey`",
        **dict.fromkeys(
            _words(
                "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength multipleOf pattern format "
                "minItems maxItems"
            ),
            _OPTION,
        ),
    },
    "quality": {
        "expression": "is not ODCS: a row rule writes `type: custom, engine: headgate, implementation: …`",
        "sql": "is not ODCS: write `query`",
        "templateName": "is ODCS v2: v3 writes `metric`",
        "column": "is not ODCS: put the check on the property",
    },
    "customProperties": {"key": "is not ODCS: write `property`", "name": "is not ODCS: write `property`"},
}


def check_keys(node: Node, level: str) -> None:
    """Refuse keys that were surely meant to be another one; others that nobody knows are left to `lint`.

    Raises:
        UserMistake: a key known from ODCS v2, one that stands at the wrong level, or a misspelling.
    """
    known, mistaken = KNOWN[level], MISTAKEN.get(level, {})
    for key in node.names():
        if key in known:
            continue
        if key in mistaken:
            raise node.refuse(f"`{key}` {mistaken[key]}", key)
        meant = nearest(key, known)
        if meant:
            raise node.refuse(f"`{key}` is unknown; did you mean `{meant}`?", key)
