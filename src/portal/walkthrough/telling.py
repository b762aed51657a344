"""Playing the story and telling it: each step in plain words with its time, the history at the end."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from portal.walkthrough.person import WentWrong
from portal.walkthrough.story import Story


def tell(story: Story, after_each: Callable[[str], None] = lambda step: None, out: TextIO = sys.stdout) -> bool:
    """Play every step; whether all went well. `after_each` is called between steps (tests pull the plug there)."""
    began = time.monotonic()
    for words, step in story.steps():
        started = time.monotonic()
        try:
            step()
        except WentWrong as wrong:
            print(f"FAILED   {words}\n         {wrong}", file=out, flush=True)
            return False
        print(f"{(time.monotonic() - started) * 1000:6.0f} ms  {words}", file=out, flush=True)
        after_each(step.__name__)
    print("\nThe referral, replayed:", file=out)
    for event in story.history:
        print(f"{event['version']:4}  {event['recorded_at'][:19]}  {event['topic']}", file=out)
    print(f"\nReference {story.reference}. All done in {time.monotonic() - began:.1f} seconds.", file=out, flush=True)
    return True
