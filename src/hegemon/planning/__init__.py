"""What is to be simulated: design points, and the pieces of work that they are cut into."""
