"""Who keeps the money: profit by stage, the way of a dollar, capture inside one market, roles and levers."""
