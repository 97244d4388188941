"""The values of a ``config.json``, each checked for its type as it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from core.checks import LIMIT
from core.config import Activation, ModelConfig
from core.errors import Refusal, translate

Choice = TypeVar("Choice")

ACTIVATIONS: dict[str, Activation] = {
    "gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "relu": "relu",
    "silu": "silu", "swish": "silu",
}
"""By the names that files use."""


def spelled(activation: Activation) -> str:
    """The name that files use for it, the first of several."""
    return next(name for name, ours in ACTIVATIONS.items() if ours == activation)


def spelled_labels(labels: Sequence[str]) -> dict[str, Any]:
    """How a ``config.json`` names the labels of a classifier; nothing for none."""
    if not labels:
        return {}
    return {
        "id2label": {str(at): label for at, label in enumerate(labels)},
        "label2id": {label: at for at, label in enumerate(labels)},
        "problem_type": "single_label_classification",
    }


def has_place(
    config: ModelConfig, fixed: Mapping[str, Any], varied: Sequence[str], any_heads: bool = False
) -> bool:
    """Whether a layout can say all of ``config``.

    Args:
        config: of one of our models.
        fixed: what all models of the layout have in common, where it is no default of ours.
        varied: names of what they may differ in.
        any_heads: heads may be of any width; else they must share that of the model.
    """
    free = {name: getattr(config, name) for name in varied}
    return config == type(config)(**{**fixed, **free}) and (
        any_heads or config.heads * config.head_width == config.width
    )


class Settings:
    """Typed access to a parsed ``config.json``; a null counts as absent."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def count(self, name: str, default: int | None = None) -> int:
        """A whole number from 1 to ``LIMIT``."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LIMIT:
            raise _wrong(name, value, translate("core", "a whole number from 1 to 16777216"))
        return value

    def index(self, name: str, default: int) -> int:
        """A whole number from 0 to ``LIMIT``."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LIMIT:
            raise _wrong(name, value, translate("core", "a whole number from 0 to 16777216"))
        return value

    def count_or_none(self, name: str, default: int) -> int:
        """A whole number from 1 to ``LIMIT``; 0 where the file has a null."""
        return 0 if self._is_null(name) else self.count(name, default)

    def number(self, name: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e30:
            raise _wrong(name, value, translate("core", "a number above 0"))
        return float(value)

    def number_or_none(self, name: str, default: float) -> float:
        """A number above 0; 0 where the file has a null."""
        return 0.0 if self._is_null(name) else self.number(name, default)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._take(name, default)
        if not isinstance(value, bool):
            raise _wrong(name, value, translate("core", "true or false"))
        return value

    def choice(
        self, name: str, choices: Mapping[str, Choice], default: str | None = None
    ) -> Choice:
        """One of the names that ``choices`` knows."""
        value = self._take(name, default)
        if not isinstance(value, str) or value not in choices:
            raise _wrong(name, value, ", ".join(choices))
        return choices[value]

    def words(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """A list of words out of ``known``; empty where there is none."""
        value = self._take(name, ())
        if not isinstance(value, list | tuple) or not all(word in known for word in value):
            raise _wrong(name, value, translate("core", "a list out of ") + ", ".join(known))
        return tuple(value)

    def labels(self) -> tuple[str, ...]:
        """What a sequence classifier tells apart; empty for a file of another class.

        Empty too where its answers are no shares of one: a regression, or labels that do not
        exclude each other.
        """
        kinds = self._take("architectures", ())
        classifies = isinstance(kinds, list) and any(
            str(kind).endswith("ForSequenceClassification") for kind in kinds)
        problem = self.values.get("problem_type")
        if not classifies or problem not in (None, "single_label_classification"):
            return ()
        named = self._take("id2label", {})
        if not isinstance(named, dict):
            raise _wrong("id2label", named, translate("core", "an object"))
        count = len(named) or self.count("num_labels", 2)
        if count == 1:
            return ()
        told = {str(at): f"LABEL_{at}" for at in range(count)} | named
        if len(told) != count or not all(isinstance(name, str) for name in told.values()):
            raise _wrong("id2label", named, translate("core", "a name for each number from 0"))
        return tuple(told.values())

    def part(self, name: str) -> Settings:
        """The settings under ``name``; none where it is absent."""
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise _wrong(name, value, translate("core", "an object"))
        return Settings(value)

    def must_be(self, name: str, only: object) -> None:
        """Refuse a model that needs what this program does not compute."""
        value = self.values.get(name)
        if value is not None and value != only:
            raise _wrong(name, value, repr(only))

    def head_width(self, width: str, heads: str) -> int:
        """The width of a head where heads share the width of the model."""
        whole, parts = self.count(width), self.count(heads)
        if whole % parts:
            raise Refusal(
                translate("core", "config.json: {name} is {width}, which {heads} heads do not "
                          "divide."), name=width, width=whole, heads=parts,
            )
        return whole // parts

    def _is_null(self, name: str) -> bool:
        return name in self.values and self.values[name] is None

    def _take(self, name: str, default: object) -> Any:  # noqa: ANN401 - parsed JSON
        value = self.values.get(name)
        if value is None:
            value = default
        if value is None:
            raise Refusal(
                translate("core", "config.json has no {name}; the file is not whole, or not of "
                          "this family."), name=name,
            )
        return value


def _wrong(name: str, value: object, expected: str) -> Refusal:
    return Refusal(
        translate("core", "config.json: {name} is {value}; expected {expected}."),
        name=name, value=repr(value)[:60], expected=expected,
    )
