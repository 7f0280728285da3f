"""Contracts in the shapes of the standard's own examples: each is read, or refused with reason and place."""

import json
from importlib import resources

import pytest
from jsonschema import Draft201909Validator

from headgate.core.contract import load_contract, read_contract
from headgate.core.contract.lint import lint_contract
from headgate.core.errors import UserMistake
from headgate.core.yaml_document import parse_yaml

HEAD = "version: 2.1.0\nkind: DataContract\nid: 0b9d6f2e-95f7-4d0c-9c52-1f6d3a7a8c11\nstatus: active\n"
V30, V31, V32 = (f"apiVersion: {version}\n{HEAD}" for version in ("v3.0.2", "v3.1.0", "v3.2.0"))

LIBRARY = """
schema:
  - name: loans
    physicalName: loans_v2
    physicalType: table
    businessName: Loans of books
    description: One row for each loan
    dataGranularityDescription: One loan
    tags: [library, lending]
    authoritativeDefinitions:
      - {url: https://example.com/wiki/loans, type: businessDefinition, description: What a loan is}
    relationships:
      - {type: foreignKey, from: [loans.reader, loans.branch], to: [readers.id, readers.branch]}
    properties:
      - name: lent_on
        physicalName: lent_dt
        primaryKey: false
        primaryKeyPosition: -1
        logicalType: date
        physicalType: date
        partitioned: true
        partitionKeyPosition: 1
        criticalDataElement: false
        tags: []
        classification: public
        transformSourceObjects: [desk_events]
        transformLogic: select min(day) from desk_events
        transformDescription: The first day the desk saw the book leave
        examples: ["2024-03-01", "2024-03-02"]
        customProperties: [{property: anonymizationStrategy, value: none}]
      - name: reader
        primaryKey: true
        primaryKeyPosition: 1
        logicalType: string
        physicalType: varchar(18)
        required: false
        classification: restricted
        encryptedName: reader_enc
        relationships: [{to: readers.id, type: foreignKey}]
        quality:
          - metric: nullValues
            mustBe: 0
            type: library
            dimension: completeness
            severity: error
            businessImpact: operational
            schedule: 0 20 * * *
            scheduler: cron
    quality:
      - {metric: rowCount, mustBeGreaterThan: 100, type: library, method: reconciliation, dimension: completeness}
    customProperties: [{property: business-key, value: [lent_on, reader]}]
"""
REST = """
domain: culture
dataProduct: lending
tenant: CityLibraries
description: {purpose: Planning, limitations: No children, usage: Reports}
servers: [{server: desk, type: postgres, host: localhost, port: 5432, database: lending, schema: public}]
price: {priceAmount: 1.5, priceCurrency: EUR, priceUnit: megabyte}
team: [{username: ada, role: Owner, dateIn: "2024-01-01", replacedByUsername: bea}]
roles: [{role: reader, access: read, firstLevelApprovers: Desk, secondLevelApprovers: Head}]
slaDefaultElement: loans.lent_on
slaProperties:
  - {property: latency, value: 4, unit: d, element: loans.lent_on}
  - {property: timeOfAvailability, value: 09:00+01:00, driver: regulatory}
support: [{channel: '#lending', tool: slack, url: https://example.com/chat}]
tags: [lending]
customProperties: [{property: refRulesetName, value: lending.rules}]
contractCreatedTs: "2024-01-01T00:00:00Z"
"""


def one(properties, name="t"):
    return f"schema:\n- name: {name}\n  physicalType: table\n  properties:\n{properties}\n"


READ = {
    "everything": V31 + LIBRARY + REST,
    "authoritative definitions": V31 + LIBRARY,
    "a column with a description": V30 + one(
        "  - {name: a, logicalType: date, physicalType: date, examples: ['2024-01-01']}"),
    "partitioned columns": V30 + one("  - {name: a, logicalType: string, partitioned: true, partitionKeyPosition: 1}"),
    "all data types": V30 + one("""
  - {name: account, logicalType: string, logicalTypeOptions: {minLength: 11, maxLength: 11, pattern: 'ACC[0-9]{8}'}}
  - name: booked
    logicalType: date
    logicalTypeOptions: {exclusiveMinimum: "2020-01-01", maximum: "2021-01-01", format: yyyy-MM-dd}
  - name: booked_at
    logicalType: date
    physicalType: timestamp
    logicalTypeOptions: {minimum: "2020-01-01 00:00:00", maximum: "2021-01-01 00:00:00", format: "yyyy-MM-dd HH:mm:ss"}
  - {name: amount, logicalType: number, logicalTypeOptions: {minimum: 0, format: f32}}
  - {name: age, logicalType: integer, logicalTypeOptions: {minimum: 18, exclusiveMaximum: 100, format: i64}}
  - {name: open, logicalType: boolean, physicalType: bool}
  - {name: latest, logicalType: array, logicalTypeOptions: {minItems: 0, maxItems: 3, uniqueItems: true}}
  - {name: who, logicalType: object, logicalTypeOptions: {required: [children], maxProperties: 5}}"""),
    "dates, times and zones": V32 + one("""
  - {name: day, logicalType: date, logicalTypeOptions: {format: yyyy-MM-dd}, examples: ["2024-07-10"]}
  - {name: made_at, logicalType: timestamp, logicalTypeOptions: {format: "yyyy-MM-ddTHH:mm:ssZ"}}
  - name: made_in_sydney
    logicalType: timestamp
    logicalTypeOptions: {format: "yyyy-MM-ddTHH:mm:ssZ", timezone: true, defaultTimezone: Australia/Sydney}
  - {name: starts, logicalType: time, logicalTypeOptions: {format: "HH:mm:ss"}}"""),
    "variables": V32 + one(
        "  - {name: a, logicalType: string}") + "servers: [{server: s, type: s3, location: '${BUCKET}'}]\n",
    "completeness, the old way": V30.replace("3.0.2", "3.0.0") + one(
        "  - {name: id, primaryKey: true, logicalType: number, quality: [{description: filled, rule: nullCheck}]}"),
    "accuracy, the old way": V30 + one("""
  - name: measure
    logicalType: number
    quality: [{type: library, rule: between, customProperties: [{property: min, value: 0}]}]"""),
    "validity": V32 + one("""
  - name: quality
    primaryKey: true
    logicalType: string
    quality:
      - {metric: invalidValues, mustBeLessOrEqualTo: 5, unit: percent, arguments: {validValues: ["", null, "n/a"]}}"""),
    "checks of another engine": V30 + one("""
  - name: id
    logicalType: number
    quality:
      - {type: custom, engine: soda, implementation: "type: duplicate_percent"}
      - {type: custom, engine: soda, implementation: {type: duplicate_percent, columns: [a]}}"""),
    "a deprecated column": V32 + one("  - {name: a, logicalType: string, deprecated: true, description: use b}"),
    "an enumeration": V32 + one("""
  - name: state
    logicalType: string
    enum: [{value: new, label: New, description: just in, tags: [initial]}, {value: done, tags: [terminal]}]
  - {name: priority, logicalType: integer, required: false, enum: [{value: 1, label: One}, {value: 2}]}"""),
    "maps": V32 + one("""
  - {name: likes, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: string}}}
  - name: stock
    logicalType: map
    map:
      key: {logicalType: string}
      value: {logicalType: object, properties: [{name: price, logicalType: number}]}"""),
    "measures and dimensions": V32 + one("""
  - {name: at, logicalType: date, physicalType: TIMESTAMP}
  - {name: turnover, logicalType: number, physicalType: "DECIMAL(18,2)"}
  - {name: month, semanticType: dimension, logicalType: date, transformLogic: "DATE_TRUNC('MONTH', at)"}
  - {name: total, semanticType: measure, logicalType: number, transformLogic: SUM(turnover)}"""),
    "synonyms": V32 + one(
        "  - {name: a, logicalType: number, synonyms: [{synonym: TO, source: finance, locale: en-US}]}"),
    "a vector": V32 + one("""
  - name: e
    logicalType: vector
    logicalTypeOptions: {dimensions: 3, elementType: float32, distanceMetric: cosine}"""),
    "a topic": V30 + one(
        "  - {name: qty, businessName: Quantity, logicalType: integer, physicalType: int, required: true}")
    + "servers: [{server: k, type: kafka, format: avro, host: 'broker:9092'}]\n",
    "service levels": V30 + one("  - {name: at, logicalType: timestamp}") + """
slaProperties:
  - {property: frequency, value: 1, valueExt: 1, unit: d, element: t.at}
  - {property: generalAvailability, value: "2024-05-12T09:30:10-08:00"}
""",
    "metrics": V31 + one("""
  - name: mail
    logicalType: string
    quality:
      - {metric: missingValues, arguments: {missingValues: [null, '', 'N/A']}, mustBeLessThan: 100, unit: rows}
      - {metric: duplicateValues, mustBeLessThan: 1, unit: percent}
      - {type: text, description: seen by a person}
      - {type: sql, query: "SELECT COUNT(*) FROM {object} WHERE {property} IS NOT NULL", mustBeLessThan: 3600}""") + """
  quality:
    - {metric: rowCount, mustBeBetween: [100, 120]}
    - {metric: duplicateValues, mustBe: 0, arguments: {properties: [mail]}}
""",
    "an array of objects": V30 + one("""
  - name: x
    logicalType: array
    items: {logicalType: object, properties: [{name: id, logicalType: string, physicalType: VARCHAR(40)}]}"""),
}  # fmt: skip

REFUSED = {
    "several tables": (V30 + LIBRARY + "  - {name: readers, properties: [{name: id, logicalType: string}]}\n",
                       "several schema objects: loans, readers"),
    "only prices": (V31 + "price: {priceAmount: 9.95, priceCurrency: USD, priceUnit: megabyte}\n", "no `schema`"),
    "only roles": (V31 + "roles: [{role: reader, access: read}]\n", "no `schema`"),
    "only servers": (V31 + "servers: [{server: s, type: azure, location: 'abfss://a', format: parquet}]\n",
                    "no `schema`"),
    "only people": (V31 + "team: {name: desk, members: [{username: ada, role: dpo}]}\n", "no `schema`"),
    "only support": (V31 + "support: [{channel: c, url: https://example.com}]\n", "no `schema`"),
    "columns kept in a registry": (V30 + "schema: [{name: Orders, physicalType: topic}]\n", "no `properties`"),
    "an invented version of the standard": (V30.replace("v3.0.2", "v9.9.9"), "newer"),
    "another kind": (V30.replace("DataContract", "SomethingElse"), "`kind` must be DataContract"),
    "a property without a name": (V30 + one("  - {logicalType: string}"), "`name` is missing"),
    "an unknown type": (V30 + one("  - {name: a, logicalType: blob}"), "`blob` is unknown"),
    "an empty enumeration": (V32 + one("  - {name: a, logicalType: string, enum: []}"), "empty"),
    "an enumeration without values": (V32 + one("  - {name: a, logicalType: string, enum: [{label: x}]}"), "`value`"),
    "two operators": (V30 + one("  - {name: a, quality: [{metric: nullValues, mustBe: 0, mustBeLessThan: 2}]}"),
                      "one operator"),
    "a range of one": (V30 + one("  - {name: a, quality: [{metric: nullValues, mustBeBetween: [1]}]}"), "two numbers"),
    "sql without a query": (V30 + one("  - {name: a, quality: [{type: sql, mustBe: 0}]}"), "`query` is missing"),
    "a metric without a name": (V30 + one("  - {name: a, quality: [{type: library, mustBe: 0}]}"),
                    "`metric` is missing"),
    "custom without implementation": (V30 + one("  - {name: a, quality: [{type: custom, engine: headgate}]}"),
                                      "`implementation` is missing"),
    "an unknown quality type": (V30 + one("  - {name: a, quality: [{type: magic}]}"), "`magic` is unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_contract_in_the_shape_of_an_example_is_read(name):
    contract = read_contract(parse_yaml(READ[name], file="example.odcs.yaml"))
    assert contract.columns
    assert contract.version == "2.1.0"


@pytest.mark.parametrize("name", REFUSED)
def test_a_contract_that_gives_nothing_to_enforce_is_refused_with_reason_and_place(name):
    text, said = REFUSED[name]
    with pytest.raises(UserMistake) as caught:
        read_contract(parse_yaml(text, file="example.odcs.yaml"))
    assert said in caught.value.message
    assert caught.value.where
    assert caught.value.where.line


# The schema of v3.2 no longer takes what v3.0 wrote.
OLDER = {"completeness, the old way", "accuracy, the old way"}


@pytest.mark.parametrize("name", sorted(READ.keys() - OLDER))
def test_the_official_schema_accepts_our_test_contracts(name):
    schema = json.loads(resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    validator = Draft201909Validator(schema)
    assert [error.message for error in validator.iter_errors(parse_yaml(READ[name]).value)] == []


@pytest.mark.parametrize("name", sorted(READ.keys() - OLDER))
def test_lint_has_nothing_to_say_against_them(name, tmp_path):
    file = tmp_path / "example.odcs.yaml"
    file.write_text(READ[name], encoding="utf-8")
    assert load_contract(file).columns
    assert [str(found) for found in lint_contract(file)] == []
