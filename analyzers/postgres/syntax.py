"""Nodes of PostgreSQL's parse tree, with typed access to their fields."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    kind: str
