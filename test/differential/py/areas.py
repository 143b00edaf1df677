"""All areas of the API. To add one: a file with `handlers` and `makers`, and its name here."""

import artifacts
import experiments
import models
import pages
import registry
import runs
import wire
from world import World

_areas = [experiments, runs, models]
_registry = [registry, artifacts]

handlers = {name: handler for area in [*_areas, *_registry, pages, wire] for name, handler in area.handlers.items()}
_makers = [weighted for area in [*_areas, pages] for weighted in area.makers]
_registry_makers = [*(weighted for area in _registry for weighted in area.makers), *pages.registry_makers]


def makers_of(world: World) -> list:
    """Raw requests keep to themselves: what MLflow takes of a wrong one is left out of the comparison, not its traces."""
    if world.seed % 10 in (6, 7, 8):
        return _registry_makers
    return wire.makers if world.seed % 10 == 9 else _makers


# Calls at the beginning of each sequence, so that the others have something to meet.
openers = [runs.make_create, runs.make_create, runs.make_create, models.make_create]
