"""The pages of docs/ that are made from the code, in English and French: `make reference`.

In: the parser, the defaults, the events, the checks of `rlm doctor`, and tables of words for people. Out: pages that a
test compares with what is committed. A command, an option, a setting, an event or a check without its words in either
language is named, with the table that lacks it, and no page is written.
"""
