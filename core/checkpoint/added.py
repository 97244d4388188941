"""The tokens that stand beside a vocabulary: what a folder's older files call them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.checkpoint.files import read_json
from core.errors import Refusal, translate

Part = dict[str, Any]

ROLES = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_FILES = ("special_tokens_map.json", "tokenizer_config.json")  # the later counts over the earlier


@dataclass(frozen=True)
class Names:
    """What ``tokenizer_config.json`` and its like say; all of it may be absent."""

    values: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    """Tokens that were added to the vocabulary, and their ids."""

    @classmethod
    def of(cls, folder: Path) -> Names:
        """Read what there is.

        Raises:
            Refusal: if a file is no JSON object, or gives a token no id.
        """
        values: dict[str, Any] = {}
        for name in _FILES:
            if (folder / name).exists():
                values |= read_json(folder / name)
        path = folder / "added_tokens.json"
        given = read_json(path) if path.exists() else {}
        for token, number in given.items():
            if isinstance(number, bool) or not isinstance(number, int):
                raise Refusal(
                    translate("core", "{path}: the id of {token} is {found}; expected a number."),
                    path=path, token=repr(token)[:60], found=repr(number)[:60],
                )
        return cls(values, given)

    def role(self, role: str, default: str) -> str:
        """The token that plays ``role``; what is not a text counts as absent."""
        return content(self.values.get(role)) or default

    def flag(self, name: str, default: bool | None) -> bool | None:
        """True or false; anything else counts as absent."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else default

    def added(
        self, vocabulary: Collection[str], places: Mapping[str, int], roles: Mapping[str, str],
        pieces: Iterable[Part] = (),
    ) -> list[Part]:
        """The added tokens of a ``tokenizer.json``, each with its id.

        Args:
            vocabulary: all tokens the model itself has.
            places: their ids.
            roles: default tokens, by role, as the family has them.
            pieces: tokens that the vocabulary's own file sets apart.
        """
        parts = {part["content"]: part for part in pieces}
        for token in sorted(self.given, key=self.given.__getitem__):
            parts.setdefault(token, special(token))
        for role in ROLES:
            token = self.role(role, roles.get(role, ""))
            if token:
                parts[token] = parts.get(token) or _described(self.values.get(role), token)
        more = self.values.get("additional_special_tokens")
        for entry in more if isinstance(more, list) else ():
            token = content(entry)
            if token:
                parts.setdefault(token, _described(entry, token))
        free = max(places.values(), default=-1) + 1
        for token, part in parts.items():
            if token in vocabulary:
                part["id"] = places[token]
            else:
                part["id"], free = free, free + 1
        return sorted(parts.values(), key=lambda part: int(part["id"]))


def special(token: str, is_special: bool = True) -> Part:
    """A token that is found in a text as it stands."""
    return {
        "content": token, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": False, "special": is_special,
    }


def content(entry: object) -> str:
    """The text of a token that a file gives as such, or with its settings; "" if neither."""
    text = entry.get("content") if isinstance(entry, dict) else entry
    return text if isinstance(text, str) else ""


def _described(entry: object, token: str) -> Part:
    part = special(token)
    if isinstance(entry, dict):
        flags = ("single_word", "lstrip", "rstrip", "normalized")
        part |= {flag: entry[flag] for flag in flags if isinstance(entry.get(flag), bool)}
    return part


def template(single: str, pair: str, ids: Mapping[str, int]) -> Part:
    """A template: tokens and ``$A``, ``$B``, each with a colon and its segment."""
    def parts(words: str) -> list[Part]:
        return [_placed(*word.rsplit(":", 1)) for word in words.split(" ") if word]

    return {
        "type": "TemplateProcessing", "single": parts(single), "pair": parts(pair),
        "special_tokens": {
            token: {"id": token, "ids": [number], "tokens": [token]}
            for token, number in ids.items()
        },
    }


def _placed(word: str, segment: str) -> Part:
    if word in ("$A", "$B"):
        return {"Sequence": {"id": word[1], "type_id": int(segment)}}
    return {"SpecialToken": {"id": word, "type_id": int(segment)}}
