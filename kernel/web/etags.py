"""Versions as ETags, and the conditions of edits."""

from __future__ import annotations


def etag(version: int) -> str:
    """A version as an ETag."""
    return f'"{version}"'


def matches(if_match: str | None, version: int) -> bool:
    """Whether an `If-Match` lets a thing of this version be changed: one that is not sent does, and `*`.

    Weak tags count: an edge that compresses an answer weakens its ETag.
    """
    if if_match is None:
        return True
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")}
    return "*" in tags or str(version) in tags
