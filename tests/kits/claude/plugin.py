"""The plugin as its user gets it: a marketplace in the checkout, installed by the client."""

from __future__ import annotations

from pathlib import Path

from .product import Product

PARTS = (".claude-plugin", "agents", "bin", "hooks", "rlm_core", "skills", "workflows")
NAME = "rlm@rlm-recall"


def plugin_data(product: Product) -> Path:
    """Where the client keeps the plugin's data."""
    return product.project.config / "plugins" / "data" / "rlm-rlm-recall"
