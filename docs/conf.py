"""How the documentation is built (`make docs`): nothing is fetched, and no page asks another host."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from building.notebooks import state

project = "fourlayers"
author = "the fourlayers authors"
version = release = version_of("fourlayers")
language = "en-GB"
copyright = author  # noqa: A001 - the name that Sphinx reads

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "building.api",
    "building.mathml",
    "building.filled",
]
exclude_patterns = ["building", "figures", "*.py", "*.csv"]
html_math_renderer = "mathml"

myst_enable_extensions = ["colon_fence", "attrs_inline", "deflist"]
myst_fence_as_directive = ["math"]  # the same source is set by the platforms that show Markdown
myst_heading_anchors = 4
myst_links_external_new_tab = False

default_role = "literal"  # what stands between single backticks in a docstring is code
smartquotes = False
toc_object_entries = False
nb_execution_mode = "cache"
nb_execution_cache_path = str(Path(__file__).parents[1] / "build" / "notebooks" / state())
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
highlight_language = "none"
nitpicky = True
nitpick_ignore_regex = [  # what a type alias of a field is made of
    (r"py:class", r"pydantic\..*|collections\.abc\..*|lambda|.*<locals>.*|scoring\.index\.described\.tag"),
]
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_use_param = False  # types of parameters are words, not references

html_theme = "furo"
html_title = f"fourlayers {version}"
html_static_path = ["theme"]
html_css_files = ["fourlayers.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_baseurl = ""
html_theme_options = {
    "footer_icons": [],
    "light_css_variables": {"color-brand-primary": "#0072b2", "color-brand-content": "#00639b"},
    "dark_css_variables": {"color-brand-primary": "#56b4e9", "color-brand-content": "#7cc6f0"},
}
