"""The pieces that labs are made of; they receive values and never compute them."""
