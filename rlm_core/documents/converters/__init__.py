"""What makes text of one kind of file each, over bytes from anywhere.

All but `plain` are run by `documents/convert` in a process of its own: functions from a file's bytes to `{pages,
reader, note}`, or to `{problem}` for one that cannot be read. A library that is not installed is a ModuleNotFoundError.
"""
