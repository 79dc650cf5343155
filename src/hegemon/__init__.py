"""Monte Carlo experiments on hegemony and balancing."""
