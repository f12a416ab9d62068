"""Versions as ETags: which conditions let an edit pass."""

from __future__ import annotations

import pytest

from kernel.web.etags import etag, matches


@pytest.mark.parametrize("if_match", [None, etag(7), "7", 'W/"7"', "*", '"3", W/"7"', ' "7" '])
def test_the_version_seen_passes(if_match: str | None) -> None:
    assert matches(if_match, 7)


@pytest.mark.parametrize("if_match", ["", etag(8), '"77"', 'W/"6"', '"3", "4"', "nonsense", '"*x"'])
def test_another_does_not(if_match: str) -> None:
    assert not matches(if_match, 7)
