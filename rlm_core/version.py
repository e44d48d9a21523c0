"""The version, in a module of its own: whoever needs it loads nothing else."""

VERSION = "0.14.0"
