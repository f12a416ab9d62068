"""Fields and analyzers of the index, and its version: a node throws an index of another version away."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import tantivy
from tantivy import Filter, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from read_side.search.words import analyzer

VERSION: Final = 5
TEXT_FIELDS: Final = {"title": 3.0, "brand": 2.0, "cat": 1.0, "attrs": 0.3, "descr": 1.2}
"""Fields that words are looked for in, and what a hit in each weighs; tuned on judged queries of shoppers."""


def schema() -> tantivy.Schema:
    """The index's fields: words to search, and stored what `columns` reads. Cards come from documents."""
    builder = SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="shop", index_option="freq")
    builder.add_text_field("ac", tokenizer_name="shopns", index_option="basic")
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("attr_f", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("vocabulary", tokenizer_name="shopns", index_option="basic")
    builder.add_integer_field("row", stored=False, indexed=True, fast=True)
    builder.add_bytes_field("columns", stored=True)
    return builder.build()


def register_analyzers(index: Index) -> None:
    """`shop` folds, drops stop words and stems; `shopns` keeps words as they are, for what is typed."""
    plain = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(60))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )
    index.register_tokenizer("shop", analyzer())
    index.register_tokenizer("shopns", plain)


def open_index(folder: Path) -> Index:
    """The index in a folder, made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    index = Index(schema(), path=str(folder), reuse=True)
    register_analyzers(index)
    return index


def memory_index() -> Index:
    """An index in memory, for tests and figures."""
    index = Index(schema())
    register_analyzers(index)
    return index
