"""The experiment of the House prices lab."""
