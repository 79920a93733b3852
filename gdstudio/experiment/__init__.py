"""One run: data, model, settings and seed. The window and the command line both start here."""
