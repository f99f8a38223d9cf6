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
# # An indicator of one's own, and a scenario
#
# Two files of one name are an indicator: a TOML that says what it is and how it is read, and a CSV with its
# values. The one used here ships (`fourlayers examples own_indicator --into .`): researchers per million
# people, by the World Bank.

# %%
import fourlayers as fl
from fourlayers.samples import sample

own = sample("own_indicator")
folder = own.root / own.name
print("\n".join((folder / "researchers_per_million.csv").read_text(encoding="utf-8").splitlines()[:4]))

# %% [markdown]
# `load` reads it on top of what ships; every function takes these facts. Few draws are enough here: they make
# the ranges rough, and leave the scores as they are.

# %%
facts = fl.load(folder)
answer = fl.score(facts, draws=100)
answer

# %% [markdown]
# What it adds to the gap of its pillar:

# %%
fl.compare(answer=answer, node="developers")

# %% [markdown]
# The same question without it, and what of the gap is its doing:

# %%
before = fl.score(fl.load(), draws=0)
for node in ("application_ecosystem", "overall"):
    moved = answer.gap[node].value - before.gap[node].value
    print(f"{node}: {moved:+.2f} points (stated values; the ranges are in the tables above)")

# %% [markdown]
# ## What if?
#
# A scenario changes inputs from a date on, and runs through the same models, with the same draws on both
# sides, so that the range is that of the difference. This one ships; `fl.Scenario` makes one in Python.

# %%
outcome = fl.run("price-war", facts, draws=100)
outcome

# %% [markdown]
# In words, as the command line shows it:

# %%
print(outcome)

# %% [markdown]
# Long rows, for a table or a chart of one's own:

# %%
frame = outcome.frame()
frame[(frame["node"] == "overall") & (frame["measure"] == "difference")]
