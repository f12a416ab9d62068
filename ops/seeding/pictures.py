"""Pictures drawn by us: one for each shape and colour, named by what they show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ops.seeding.catalogue import HUES, KINDS

WIDTH: Final = 800
HEIGHT: Final = 600
_SHAPES: Final = {
    "screen": '<rect x="150" y="120" width="500" height="310" rx="18" fill="{hue}"/><rect x="172" y="142" width="456" height="266" rx="8" fill="#9fc4ff" opacity=".55"/><rect x="330" y="430" width="140" height="46" fill="{hue}"/><rect x="250" y="470" width="300" height="18" rx="9" fill="{hue}"/>',
    "wide": '<rect x="110" y="210" width="580" height="190" rx="24" fill="{hue}"/><g fill="#ffffff" opacity=".4"><rect x="150" y="250" width="500" height="22" rx="6"/><rect x="150" y="292" width="500" height="22" rx="6"/><rect x="230" y="334" width="340" height="22" rx="6"/></g>',
    "tall": '<rect x="285" y="70" width="230" height="460" rx="34" fill="{hue}"/><rect x="303" y="104" width="194" height="392" rx="14" fill="#9fc4ff" opacity=".5"/>',
    "round": '<circle cx="400" cy="300" r="190" fill="{hue}"/><circle cx="400" cy="300" r="118" fill="#ffffff" opacity=".25"/><circle cx="400" cy="300" r="56" fill="#16202b" opacity=".55"/>',
}


def address(shape: str, colour: str) -> str:
    """Where a picture stands at the edge."""
    return f"/media/{shape}-{colour}.svg"


def pictures() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every picture."""
    for shape in sorted({kind.shape for kind in KINDS}):
        for colour, hue in HUES.items():
            drawn = _SHAPES[shape].format(hue=hue)
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">{drawn}</svg>'
            yield f"{shape}-{colour}.svg", svg.encode()
