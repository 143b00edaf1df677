"""The dice, and what a sequence made so far: enough to aim most calls at what exists."""

import random


class World:
    def __init__(self, seed: int):
        self.seed = seed
        self.dice = random.Random(seed)
        self.counts: dict[str, int] = {}
        self.made: dict[str, list[str]] = {}
        # Names that a server makes up cannot be sorted or searched by.
        self.nameless = seed % 8 == 0
        self.clock = 1_700_000_000_000

    def make(self, kind: str) -> str:
        """A new name such as `run3`."""
        number = self.counts.get(kind, 0)
        self.counts[kind] = number + 1
        self.made.setdefault(kind, []).append(f"{kind}{number}")
        return f"{kind}{number}"

    def some(self, kind: str, wrong: float = 0.03) -> str:
        """`$run3`, or rarely something that is none."""
        if self.dice.random() < wrong or not self.made.get(kind):
            return self.dice.choice(["nothing", "999999", "$run999"])
        return f"${self.dice.choice(self.made[kind])}"

    def tick(self) -> int:
        """Later with every call: two runs that start together are sorted by an id, which differs from server to server."""
        self.clock += self.dice.randint(1, 5000)
        return self.clock

    def pick(self, values):
        return self.dice.choice(values)

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability
