"""One session of measurements, from which docs/benchmarks.md takes its tables and figures: `make bench`."""
