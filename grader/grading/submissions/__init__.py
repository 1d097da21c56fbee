"""What was handed in: found, read safely, copied to where a worker can read it."""
