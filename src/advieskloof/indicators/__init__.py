"""What is measured: cells in, ESTIMATES out, one module a topic."""
