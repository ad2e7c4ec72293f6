"""Promises: a value that comes later, and who waits for it."""

from analyzers.javascript.values import Host


class Promise(Host):
    """A promise of JavaScript's own."""
