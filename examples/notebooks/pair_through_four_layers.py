# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A pair through the four layers
#
# Who leads in which layer, how sure that is, what the gap is made of, and who ends up with the money.
# Everything here is also on the command line (`fourlayers score`, `claims`, `value-capture`).

# %%
import tempfile

import fourlayers as fl

answer = fl.score()
answer

# %% [markdown]
# Every score stands with its 90 % range, and every gap with its call: *ahead*, *likely ahead* or *no call*.
# *No call* is a result: the data cannot tell the two apart there.
#
# The same as a picture:

# %%
folder = tempfile.mkdtemp()
fl.chart("profile", answer, folder)

# %% [markdown]
# ## What a gap is made of
#
# The indicators under a layer or a pillar, with the values of both and the points that each adds.

# %%
fl.compare(answer=answer, node="memory")

# %% [markdown]
# From a score back to the rows of the data, with dates and sources:

# %%
fl.explain("CHN", "memory")

# %% [markdown]
# ## What is said, tested
#
# Claims of the debate, each tested by a rule that was fixed before the figures were read.

# %%
claims = fl.claims()
claims

# %%
claims.named("price-gap")

# %% [markdown]
# ## Who keeps the money
#
# Profit is no part of the scores. *Unknown* means that no firm tells, not that there is none.

# %%
fl.value_capture()

# %% [markdown]
# ## Numbers for a paper
#
# As a frame, and with what has to be cited beside them (`fourlayers cite --format bibtex`).

# %%
fl.compare(answer=answer).made_of().head()
