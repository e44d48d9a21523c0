"""Drivers of the engines compared: each a script for one interpreter, told by JSON on stdin, answering on stdout."""
