"""Judging (评委打分): the panel, a sheet for each judge and entry, stepping aside (回避), vetoes (一票否决)."""
