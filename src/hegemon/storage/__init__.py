"""What lies on disk: netCDF-4 files as bytes, pieces written once, what each holds and how it is checked."""
