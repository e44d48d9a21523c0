"""The engine of `rlm ask`: a question mapped over texts by sub-agents, checked and counted by code.

In: a question, documents, a leaf, options with caps. Out: an answer, findings with their places, coverage and cost.
Never: the disk, an archive, a number or a quote that stands in no source, a call beyond a cap.

After Recursive Language Models (Zhang, Kraska, Khattab 2025, arXiv:2512.24601): `calls` makes them, `checks` tells what
holds, `answer` says it.
"""
