"""Controls: buttons, sliders, boxes, forms."""
