"""What `rlm ask` prints: the plan and its price before a run, the answer with its account behind it.

In: a question, its plan, its result. Out: lines on stdout, talk on stderr.
Never: a call to a model, or a judgement of an answer.
"""
