"""The engine of `rlm ask`: a question mapped over texts by sub-agents, checked and counted by code.

After Recursive Language Models (Zhang, Kraska, Khattab 2025, arXiv:2512.24601). It is handed texts and gives back
findings; where the texts come from, and what is done with the answer, is not its business.
"""
