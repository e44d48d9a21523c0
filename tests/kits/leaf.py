"""A program that runs the leaf of the headless client, to be killed in the middle."""

from __future__ import annotations

PARENT = """
import asyncio, sys
from rlm_core.llm.base import Call, Meter
from rlm_core.llm.claude.leaf import ClaudeLeaf
call = Call("leaf", "Read.", "", "text", {"type": "object"}, "haiku", 10)
async def main():
    leaf = ClaudeLeaf(sys.argv[1])
    await asyncio.gather(*(leaf.call(call, 600, Meter()) for _ in range(2)))
asyncio.run(main())
"""
