"""Text whose tokens can be told from what is near: small models learn it in a moment."""

from __future__ import annotations

import random

NAMES = ("Anna", "Bert", "Carl", "Dora", "Emil", "Fred")
THINGS = ("apples", "books", "cakes", "drums", "eggs", "flags")


def story(seed: int, sentences: int) -> str:
    """Each has one thing and always says so."""
    chance = random.Random(seed)
    people = [chance.randrange(6) for _ in range(sentences)]
    return "\n".join(f"{NAMES[one]} likes {THINGS[one]}, and {NAMES[one]} sells {THINGS[one]}."
                     for one in people)


BOOKS = (story(0, 300), story(1, 300))
