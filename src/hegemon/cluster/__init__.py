"""Clusters: batch jobs of slices, and the kernel compiled once for many tasks."""
