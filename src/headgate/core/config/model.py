"""The base of every section of a configuration file, and how a document becomes one."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from headgate.core.config.mistakes import bad_config, mistakes_of
from headgate.core.yaml_document import YamlDocument


class Section(BaseModel):
    """Keys that may stand together; unknown ones are refused, a key without a value counts as absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, use_attribute_docstrings=False)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: entry for key, entry in value.items() if entry is not None or key not in known}


Model = TypeVar("Model", bound=Section)


def read_section(model: type[Model], document: YamlDocument, value: Any) -> Model:
    """Hold a parsed document against a model.

    Args:
        model: what the whole file must be.
        document: where the values stand.
        value: the document's value, with defaults that only the caller knows.

    Raises:
        UserMistake: `bad_config`; the first mistake with its place, the others below it.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = mistakes_of(error, model, document)
    raise bad_config(found)
