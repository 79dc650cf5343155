"""How a run is made: tasks handed out and gathered, its directory, claims, stops, merging, provenance."""
