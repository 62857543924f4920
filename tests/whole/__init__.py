"""What holds for the deliverables of a whole run."""
