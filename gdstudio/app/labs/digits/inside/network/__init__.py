"""The Network page: every neuron at work on the drawing, and its weights edited by hand."""
