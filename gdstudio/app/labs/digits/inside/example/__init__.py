"""The Example page: the loss of one example, and backpropagation step by step."""
