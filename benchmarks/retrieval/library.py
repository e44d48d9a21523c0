"""Long technical texts: the documentation strings of the Python standard library, as this interpreter has them."""

# ruff: noqa: SIM905 - a list of words reads better as text

import importlib
import inspect
from collections.abc import Iterable
from functools import cache

MIN_CHARS = 150  # characters of a text worth explaining
# Modules that are loaded without side effects; those that a build may lack are left out then.
MODULES = (
    "argparse ast asyncio.locks asyncio.queues asyncio.streams asyncio.tasks base64 bisect calendar cmd codecs "
    "collections concurrent.futures configparser contextlib copy csv dataclasses datetime decimal difflib doctest "
    "email.message enum filecmp fileinput fnmatch fractions functools getopt gettext glob gzip hashlib heapq hmac "
    "html.parser http.client http.cookiejar http.server imaplib inspect io ipaddress itertools json linecache locale "
    "logging logging.handlers mailbox mimetypes multiprocessing.pool numbers operator optparse os pathlib pdb pickle "
    "platform plistlib poplib pprint queue random re sched secrets selectors shelve shlex shutil signal smtplib "
    "socket socketserver sqlite3 ssl statistics string struct subprocess tarfile tempfile textwrap threading timeit "
    "tokenize traceback types unittest.case unittest.mock urllib.parse urllib.request uuid venv warnings "
    "weakref webbrowser wsgiref.simple_server xml.dom.minidom xml.etree.ElementTree xmlrpc.client zipfile zlib"
).split()


def text_of(name: str) -> str:
    """The documentation of `module` or `module:attribute`; empty when this Python has none of any length."""
    module, _, path = name.partition(":")
    try:
        thing = importlib.import_module(module)
        for attribute in path.split(".") if path else ():
            thing = getattr(thing, attribute)
    except (ImportError, AttributeError):
        return ""
    text = inspect.getdoc(thing) or ""
    return text if len(text) >= MIN_CHARS else ""


def spoken(name: str) -> str:
    """`module:attribute` as people write it."""
    return name.replace(":", ".")


@cache
def everything() -> tuple[tuple[str, str], ...]:
    """(name, text) of all that is documented at some length; each text once."""
    found: dict[str, str] = {}
    for module in MODULES:
        for name in (module, *_names(module)):
            text = text_of(name)
            if text:
                found.setdefault(text, name)
    return tuple((name, text) for text, name in found.items())


def _names(module: str) -> Iterable[str]:
    """Public functions, classes and methods that are a module's own, in the order of their names."""
    try:
        members = vars(importlib.import_module(module))
    except ImportError:
        return
    own = {module, module.partition(".")[0], f"_{module}"}
    for name, thing in sorted(members.items()):
        if name.startswith("_") or not callable(thing) or getattr(thing, "__module__", None) not in own:
            continue
        yield f"{module}:{name}"
        if inspect.isclass(thing):
            yield from (f"{module}:{name}.{n}" for n, m in sorted(vars(thing).items()) if n[0] != "_" and callable(m))
