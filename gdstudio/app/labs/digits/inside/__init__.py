"""The pages inside the network."""
