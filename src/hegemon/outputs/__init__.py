"""What has been found: exact totals, estimates, rows, whole trajectories."""
