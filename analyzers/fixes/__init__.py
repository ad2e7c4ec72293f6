"""Safe rewrites of what rules find: pure functions, each tried before it is offered."""
