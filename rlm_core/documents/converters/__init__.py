"""What makes text of one kind of file each, over bytes from anywhere.

All but `plain` are run by `documents/convert` in a process of its own: functions from a file's bytes to `{pages,
reader, note}`, or to `{problem}` for one that cannot be read. A library that is not installed is a ModuleNotFoundError.

In: a file's bytes. Out: its text, and what was lost in reading it.
Never: a network, a file, a macro that runs, an entity that is expanded.
"""
