"""Training: from targets to the weights of a student."""
