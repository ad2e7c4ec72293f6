"""The shell around the analysis: HTTP, GitHub, jobs, database, command line."""
