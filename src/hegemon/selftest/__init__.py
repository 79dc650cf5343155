"""What a machine must get right before its results are believed: known answers, golden digests, laws."""
