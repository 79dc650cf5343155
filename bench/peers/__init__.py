"""The same model as an able user of other systems writes it; see `peers.interface` and `peers.registry`."""
