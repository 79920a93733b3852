"""Picture files to the images that a network receives: ink, paper, and the digit among the ink."""
