"""A scenario made in Python: China makes a tenth of the world's HBM, its chips cost a fifth less."""

from __future__ import annotations

import fourlayers as fl

SCENARIO = fl.Scenario.model_validate(
    {
        "name": "hbm-tenth",
        "title": "A tenth of the world's HBM",
        "question": "What if Chinese makers had a tenth of the HBM market by 2030?",
        "not_modelled": ["answers of the Korean and American makers"],
        "changes": [
            {
                "title": "Chinese HBM, world share",
                "target": "indicators.hbm_share_by_hq_pct.CHN",
                "set": {"value": 10.0, "low": 5.0, "high": 15.0},
                "keeps_total": True,
                "from": "2027-01",
                "to": "2030-12",
                "reason": "A round number to see what it would do.",
                "source": "assumed",
            },
            {
                "title": "price of Chinese accelerators",
                "target": "inputs.token_cost.capex.Ascend*",
                "scale": {"value": 0.8, "low": 0.7, "high": 0.9},
                "from": "2028-01",
                "reason": "Memory no longer limits the number.",
                "source": "assumed",
            },
        ],
    }
)


def main() -> None:
    """Run it and print by how much the gap of every layer moves, and what each change adds."""
    outcome = fl.run(SCENARIO, draws=200)
    for node in (*outcome.layers(), outcome.overall):
        last = node.effects[-1]
        if not node.linked or last.change is None or last.low is None or last.high is None:
            print(f"{node.title:<24} not linked")
            continue
        print(f"{node.title:<24} {last.change:+.1f} ({last.low:+.1f} to {last.high:+.1f})")
    for change, part in zip(outcome.inputs, outcome.overall.parts or (), strict=False):
        print(f"  {change.label:<32} {part:+.2f} points overall")


if __name__ == "__main__":
    main()
