"""Secrets by the syntax they stand in: options of commands, configuration files, calls, sentences.

In: nothing. Out: tables of literals, with what stands around each where it tells of a secret.
Never: what searches texts; that is the redactor's.
"""
