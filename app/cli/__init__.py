"""The command `migaudit`."""
