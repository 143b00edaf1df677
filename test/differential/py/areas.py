"""All areas of the API. To add one: a file with `handlers` and `makers`, and its name here."""

import experiments
import models
import runs

_areas = [experiments, runs, models]

handlers = {name: handler for area in _areas for name, handler in area.handlers.items()}
makers = [weighted for area in _areas for weighted in area.makers]
# Calls at the beginning of each sequence, so that the others have something to meet.
openers = [runs.make_create, runs.make_create, runs.make_create, models.make_create]
