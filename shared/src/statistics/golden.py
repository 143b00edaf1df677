"""Writes golden.json beside this file: what SciPy says, for the tests of shared/src/statistics. Needs numpy and scipy."""

import json
import pathlib
import sys

import numpy as np
from scipy import stats


def golden():
    random = np.random.default_rng(7)
    samples = [
        ([0.312, 0.298, 0.305], [0.281, 0.274, 0.279]),
        ([0.91, 0.9], [0.92, 0.95]),
        ([1e-9, 2e-9, 4e-9], [3e-9, 3.5e-9]),
        ([1e9, 1e9 + 1, 1e9 + 3], [1e9 + 2, 1e9 + 5, 1e9 + 9]),
        ([1.0, 1.0, 1.0], [1.0, 2.0]),
    ]
    samples += [
        (list(random.normal(0, 1 + i, 2 + i)), list(random.normal(0.5 * i, 1, 9 - i))) for i in range(8)
    ]
    samples.append((list(random.normal(0, 1, 60)), list(random.normal(0.1, 3, 45))))
    welch = []
    for old, new in samples:
        result = stats.ttest_ind(new, old, equal_var=False)
        for confidence in (0.95, 0.99):
            low, high = result.confidence_interval(confidence)
            welch.append(
                {
                    "old": [float(value) for value in old],
                    "new": [float(value) for value in new],
                    "confidence": confidence,
                    "difference": float(np.mean(new) - np.mean(old)),
                    "halfWidth": float((high - low) / 2),
                    "df": float(result.df),
                }
            )
    quantiles = [
        {"p": p, "df": df, "t": float(stats.t.ppf(p, df))}
        for p in (0.001, 0.025, 0.3, 0.6, 0.975, 0.995, 0.9999)
        for df in (1, 1.37, 2, 3.5, 9, 30, 317.2, 10000)
    ]
    return {"welch": welch, "quantiles": quantiles}


if __name__ == "__main__":
    text = json.dumps(golden(), indent=None, separators=(",", ":")) + "\n"
    if "--print" in sys.argv:
        sys.stdout.write(text)
    else:
        pathlib.Path(__file__).with_name("golden.json").write_text(text)
