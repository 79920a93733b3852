"""Networks: layers, activations, losses, and their training."""
