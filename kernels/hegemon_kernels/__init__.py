"""Numbers in, numbers out: the simulation kernels of hegemon."""
