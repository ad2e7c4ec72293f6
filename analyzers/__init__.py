"""The pure core of migaudit: files in, findings out.

It begins at `analyzers.audit.audit`. Nothing in here reads the network, the disk, the clock or
the environment, and nothing here knows GitHub.
"""
