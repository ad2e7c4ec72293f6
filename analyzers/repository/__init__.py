"""What surrounds the migrations of a repository: knexfiles, workflows, scripts, documents."""
