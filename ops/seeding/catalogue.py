"""Kinds of products: their category, brands, attributes and prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """What products of a kind are made of; `price` in whole units of the currency, `title` takes the attributes' names."""

    category: str
    noun: str
    title: str
    price: tuple[int, int]
    attributes: dict[str, tuple[str | float | bool, ...]]
    shape: str


BRANDS: Final = (
    "Norvik",
    "Aurelia",
    "Kestrel",
    "Lumen",
    "Tarn",
    "Ostra",
    "Velar",
    "Quill",
    "Brightmoor",
    "Fennec",
    "Halden",
    "Mirova",
)
COLOURS: Final = ("black", "white", "silver", "blue", "red", "green")
HUES: Final = {
    "black": "#2b2f36",
    "white": "#e9edf1",
    "silver": "#b7c0c9",
    "blue": "#2f6fde",
    "red": "#c63d3d",
    "green": "#2e8b57",
}

KINDS: Final = (
    Kind("Computers > Notebooks", "Notebook", "{brand} {model} {screen_size:g}-inch Notebook {memory:g} GB RAM {storage:g} GB SSD", (499, 2899),
         {"screen_size": (13.3, 14.0, 15.6, 16.0), "memory": (8.0, 16.0, 32.0), "storage": (256.0, 512.0, 1024.0), "touchscreen": (True, False)}, "screen"),
    Kind("Computers > Monitors", "Monitor", "{brand} {model} {screen_size:g}-inch {resolution} Monitor", (129, 1199),
         {"screen_size": (24.0, 27.0, 32.0), "resolution": ("Full HD", "QHD", "4K UHD"), "refresh_rate": (60.0, 75.0, 144.0), "curved": (True, False)}, "screen"),
    Kind("Computers > Keyboards", "Keyboard", "{brand} {model} {connection} {switch} Keyboard", (25, 219),
         {"connection": ("wireless", "wired"), "switch": ("mechanical", "membrane"), "backlight": (True, False)}, "wide"),
    Kind("Phones > Smartphones", "Smartphone", "{brand} {model} Smartphone {storage:g} GB {colour}", (199, 1399),
         {"storage": (128.0, 256.0, 512.0), "screen_size": (6.1, 6.5, 6.8), "five_g": (True, False)}, "tall"),
    Kind("Audio > Headphones", "Headphones", "{brand} {model} {form} Headphones {colour}", (29, 449),
         {"form": ("over-ear", "on-ear", "in-ear"), "noise_cancelling": (True, False), "battery_life": (20.0, 30.0, 40.0)}, "round"),
    Kind("Audio > Speakers", "Speaker", "{brand} {model} Bluetooth Speaker {power:g} W", (39, 399),
         {"power": (10.0, 20.0, 40.0), "waterproof": (True, False)}, "round"),
    Kind("Printing > Printers", "Printer", "{brand} {model} {technology} Printer", (79, 699),
         {"technology": ("laser", "inkjet"), "duplex": (True, False), "print_speed": (20.0, 30.0, 40.0)}, "wide"),
    Kind("Networking > Routers", "Router", "{brand} {model} {standard} Router", (49, 349),
         {"standard": ("Wi-Fi 6", "Wi-Fi 6E", "Wi-Fi 7"), "ports": (2.0, 4.0, 8.0), "mesh": (True, False)}, "wide"),
    Kind("Photo > Cameras", "Camera", "{brand} {model} Mirrorless Camera {resolution:g} MP", (449, 3499),
         {"resolution": (24.0, 33.0, 45.0), "stabilised": (True, False)}, "round"),
    Kind("Storage > Solid State Drives", "SSD", "{brand} {model} {capacity:g} GB {interface} SSD", (39, 499),
         {"capacity": (250.0, 500.0, 1000.0, 2000.0), "interface": ("NVMe", "SATA")}, "tall"),
)  # fmt: skip
