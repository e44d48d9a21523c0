"""The plugin as its user gets it: a marketplace in the checkout, installed by the client."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..paths import ROOT
from .client import Project
from .product import Product

PARTS = (".claude-plugin", "agents", "bin", "hooks", "rlm_core", "skills", "workflows")
NAME = "rlm@rlm-recall"


NAMING = (".json", ".log")
"""Endings of the files in which the client and the recorder name where they are."""


def copy_checkout(to: Path) -> Path:
    """What the repository gives a plugin's user, copied into a directory that is not there yet."""
    for part in PARTS:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__"))
    return to


def install(project: Project, checkout: Path) -> None:
    """By the client's own commands."""
    for command in (("marketplace", "add", str(checkout)), ("install", NAME)):
        done = project.run("plugin", *command)
        assert done.code == 0, done


def move_in(project: Project, world: Path) -> None:
    """Make a project's world what another one is, in which the client has installed the plugin.

    Both of the client's commands cost as much as a session, and write the same each time but for the place.
    """
    here, there = str(project.root), str(world)

    def copied(source: str, target: str) -> None:
        shutil.copy2(source, target)
        path = Path(target)
        if path.suffix in NAMING and "cache" not in path.parts and "checkout" not in path.parts:
            path.write_text(path.read_text("utf-8").replace(there, here), "utf-8")

    for part in world.iterdir():
        if part.is_dir():
            shutil.copytree(part, project.root / part.name, copy_function=copied, dirs_exist_ok=True)
        else:
            copied(str(part), str(project.root / part.name))


def settle(project: Project, world: Path) -> Product:
    """The plugin in a project, moved in from such a world, where a build of its environment has just failed, so that
    none is tried again.
    """
    project.extra_env["PIP_NO_INDEX"] = "1"
    move_in(project, world)
    product = Product(project)
    plugin_data(product).mkdir(parents=True, exist_ok=True)
    (plugin_data(product) / "environment.log").write_text("no network\n")
    return product


def plugin_data(product: Product) -> Path:
    """Where the client keeps the plugin's data."""
    return product.project.config / "plugins" / "data" / "rlm-rlm-recall"
