"""Rules of the catalogue, without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kernel.errors import ValidationFailed
from kernel.ids import slugify

SEPARATOR: Final = ">"
CATEGORY_DEPTH_MAX: Final = 6
NAME_MAX: Final = 120

AttributeValue = str | float | bool


def category_levels(label: str) -> list[tuple[str, str, str]]:
    """(name, path, label) of a category and its ancestors, the root first; `label` is `Group > Leaf`.

    Raises `ValidationFailed` for empty or over-long names and more than six levels.
    """
    names = [name.strip() for name in clean_text("category", label).split(SEPARATOR)]
    if not all(1 <= len(name) <= NAME_MAX for name in names) or len(names) > CATEGORY_DEPTH_MAX:
        raise ValidationFailed.of(
            "category", f"1 to {CATEGORY_DEPTH_MAX} names of 1 to {NAME_MAX} characters, joined by ' > '"
        )
    levels = []
    for depth in range(1, len(names) + 1):
        path = "/".join(slugify(name, "category") for name in names[:depth])
        levels.append((names[depth - 1], path, f" {SEPARATOR} ".join(names[:depth])))
    return levels


def attribute_kind(value: AttributeValue) -> str:
    """The kind an attribute has by its value."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def check_attribute_kinds(known: Mapping[str, str], attributes: Mapping[str, AttributeValue]) -> None:
    """Raise `ValidationFailed` where a value is of another kind than its attribute, or is no text."""
    for name, value in attributes.items():
        if isinstance(value, str):
            clean_text(f"attributes.{name}", value)
        if (kind := known.get(name)) and kind != attribute_kind(value):
            raise ValidationFailed.of(f"attributes.{name}", f"this attribute is a {kind}")


def attribute_label(name: str) -> str:
    """`max_resolution` reads `Max resolution`."""
    return name.replace("_", " ").strip().capitalize() or name


def clean_text(path: str, text: str) -> str:
    """Text without control characters at its ends or inside. Raises `ValidationFailed`."""
    if any(ord(character) < 32 and character not in "\n\t" for character in text) or "\x7f" in text:
        raise ValidationFailed.of(path, "control characters are not text")
    return text.strip()
