"""The JSON Schema of the portfolio's file format, from the models that validate it."""

from __future__ import annotations

from typing import Any

from subvent.portfolio.models import portfolio_model
from subvent.portfolio.vocabulary import Vocabulary

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLE = "subvent 申报资料"
_DESCRIPTION = (
    "集团的{zh}。YAML 与 JSON 同此结构；金额可为数（单位见 unit），也可为带单位的文本，如 6.2亿元。 "
    "A group's data ({en}), in YAML or JSON; amounts are numbers in `unit`, or text with a unit of its own, "
    "such as 6.2亿元."
)


def portfolio_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The format as JSON Schema, draft 2020-12: titles in Chinese, descriptions in both languages.

    It says what one value alone can show; references, duplicates and circles are found in validation.
    """
    schema = portfolio_model(vocabulary).model_json_schema(by_alias=True)
    labels = [spec.label for spec in vocabulary.lists.values()]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    described = _DESCRIPTION.format(zh=zh, en=en)
    return {"$schema": _DIALECT, **schema, "title": _TITLE, "description": described}
