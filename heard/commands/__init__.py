"""What the commands of `heard` do that belong to no app."""
