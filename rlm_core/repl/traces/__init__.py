"""What a trace is shown as: a page by itself, and beside another one."""
