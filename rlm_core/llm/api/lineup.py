"""The models of an API: which id an alias stands for today, and how each wants to be asked. Asked for once a run.

https://docs.anthropic.com/en/api/models-list
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from rlm_core.clock import epoch
from rlm_core.llm.api.manner import Manner, able, remembered, usual
from rlm_core.llm.api.sdk import BASE, Api
from rlm_core.llm.base import ROOM, LeafError, SetupError
from rlm_core.llm.names import API, ModelNames
from rlm_core.llm.prices import ALIASES, family_of

LISTING = 10.0  # seconds that the list of models may take
_LIFE = {"active": 2, "deprecated": 1, "retired": 0}
_NEVER = float("-inf")


class ModelLineup:
    """Ids and manners of the models that one server has.

    An alias is the newest model of its family that the server lists, else what last answered to it here, else the
    guess of `prices`. A full id is asked for as it is, without a look at the list. What a model has refused outweighs
    what the server says of it, and that the version in its id.
    """

    def __init__(self, api: Api, names: ModelNames) -> None:
        self._api, self._names = api, names
        self._listing: asyncio.Task[list[Mapping[str, Any]]] | None = None
        self._named: dict[str, str] = {}
        self._manners: dict[str, Manner] = {}

    @property
    def _source(self) -> str:
        return f"{API} {urlsplit(os.environ.get(BASE) or '').hostname or ''}".strip()

    def guess(self, model: str) -> str:
        """The id of a model, as far as it is known without asking anybody."""
        if model not in ALIASES:
            return model
        return self._named.get(model) or self._names.known(self._source, model) or ALIASES[model]

    async def named(self, model: str) -> str:
        """The id of a model. Raises SetupError when the server refuses the key."""
        if model not in ALIASES:
            return model
        if model not in self._named:
            rows = [row for row in await self._listed() if _is_of(row, model)]
            self._named[model] = str(max(rows, key=_newness)["id"]) if rows else self.guess(model)
        return self._named[model]  # the same for a whole run: a batch knows its requests by what they say

    def manner(self, name: str) -> Manner:
        """How to ask a model by its id."""
        if name not in self._manners:
            kept = remembered(self._names.form(self._source, name))
            row = next((r for r in self._rows() if r.get("id") == name), {})
            told = row.get("capabilities")
            self._manners[name] = kept or able(name, told)
        return self._manners[name]

    def room(self, model: str) -> int:
        """Tokens of an answer beyond those that its call allows."""
        return ROOM if self.manner(self.guess(model)).thinks else 0

    def refused(self, name: str, manner: Manner, said: str) -> bool:
        """The server refused a request in this manner with these words; whether there is another one to try."""
        if self._manners.get(name) != manner:
            return True  # another call has found out before
        other = manner.after(said)
        if other is None:
            return False
        self._manners[name] = other
        return True

    def answered(self, model: str, name: str) -> None:
        """The server has answered to this id, in its model's manner of now: that is worth remembering."""
        self._names.learn(self._source, model, name)
        manner = self.manner(name)
        if manner != usual(name):
            self._names.keep_form(self._source, name, manner.as_row())

    def close(self) -> None:
        """Stop asking for the list."""
        if self._listing is not None:
            self._listing.cancel()

    def gone(self, model: str) -> None:
        """The server knows no such model."""
        self._names.forget(self._source, model)

    def _rows(self) -> list[Mapping[str, Any]]:
        """The models that have been listed so far."""
        done = self._listing is not None and self._listing.done() and not self._listing.cancelled()
        return self._listing.result() if done and self._listing and not self._listing.exception() else []

    async def _listed(self) -> list[Mapping[str, Any]]:
        """The server's models; none when it does not list any. Raises SetupError."""
        if self._listing is None:
            self._listing = asyncio.ensure_future(self._list())
        return await asyncio.shield(self._listing)

    async def _list(self) -> list[Mapping[str, Any]]:
        from rlm_core.llm.api.wire import UnknownError

        client = await self._api.client()
        try:
            asked = client.models.with_streaming_response.list(limit=1000)
            told = await asyncio.wait_for(self._api.json(asked), LISTING)
        except UnknownError:
            return []
        except SetupError:
            raise
        except (LeafError, asyncio.TimeoutError):
            return []
        rows = told.get("data")
        return (
            [r for r in rows if isinstance(r, dict) and isinstance(r.get("id"), str)] if isinstance(rows, list) else []
        )


def _is_of(row: Mapping[str, Any], family: str) -> bool:
    """Whether a model is of a family and still answers."""
    line = row.get("line")
    return (line if isinstance(line, str) else family_of(row["id"])) == family and row.get("lifecycle") != "retired"


def _newness(row: Mapping[str, Any]) -> tuple[int, float]:
    """What is greater in a newer model; of two that came on one day the one that is listed first is taken."""
    made = epoch(str(row.get("created_at")))
    return _LIFE.get(str(row.get("lifecycle")), 2), _NEVER if made is None else made
