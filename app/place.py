"""Where the program stands: what a session file keeps, and what a scene of a lecture sets."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.page_names import HEAD
from app.state import Attention, Cell, Head, Quantity
from core.against import Against
from core.asks.readings import Reading
from core.catalogue import DEFAULT_MODEL
from core.edits import UNALTERED, Edits
from core.frame import Prompt
from core.sampling import GREEDY, Sampling
from core.trace import Omit, Scale, Stream

PANELS = ("prompt", "sheet", "predictions", "pages", "timeline")
"""What may be on screen, from above to below; a hidden panel is not computed."""


@dataclass(frozen=True)
class Place:
    """All that is chosen, but for the size of the window and who sits before it."""

    model: str = DEFAULT_MODEL
    """A bundled name, a folder, a hub id, or the folder of a run."""
    watch: bool = False
    """Whether the run is only looked at."""
    recipe: str = ""
    """Names what a new run follows, where a scene trains one; ``model`` is ignored then."""
    playing: bool = False
    """Whether that run trains."""
    step: int | None = None
    """The training step that is looked at; None is the newest."""
    prompt: Prompt = field(default_factory=Prompt)
    panels: tuple[str, ...] = PANELS
    """Of ``PANELS``."""
    pages: tuple[str, ...] = (HEAD,)
    """One or two of ``app.page_names.PAGES``, the upper first."""
    attention: Attention | None = None
    """None is what the model shows first."""
    stream: Stream = "content"
    head: Head | None = None
    """The pinned one; None is the model's most notable."""
    cell: Cell | None = None
    """The held one."""
    quantity: Quantity = "pattern"
    tint: Reading | None = None
    scale: Scale = "linear"
    omit: Omit = "nothing"
    renormalise: bool = False
    edits: Edits = UNALTERED
    against: Against | None = None
    sampling: Sampling = GREEDY
    beside: tuple[str, ...] = ()
    """Up to four models that the page of that name shows at once; none for its usual ones."""
