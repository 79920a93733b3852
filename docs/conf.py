"""How Sphinx builds these pages: `sphinx-build -W --keep-going docs dist/docs`."""

import os
import sysconfig

project = "Gradient Descent Studio"
author = "The Gradient Descent Studio authors"
extensions = ["myst_parser", "sphinxcontrib.programoutput"]
exclude_patterns = ["_build"]
# A link to a heading names it as GitHub does.
myst_heading_anchors = 4
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False
# Nothing is fetched from elsewhere when a page is read.
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
# The options of a command are printed by the command itself, plainly.
os.environ |= {"TYPER_USE_RICH": "0", "NO_COLOR": "1", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
