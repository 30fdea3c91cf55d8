"""A visit begun and not ended: run in a process of its own, which the story then kills.

Usage: python -m tests.e2e.field_day DEVICE_FOLDER PHOTO_FILE
Prints the household's id once everything typed is on the disk, and then waits to be killed.
"""

import sys
from pathlib import Path

from tests.e2e.doors import PASSPHRASE, start_program
from tests.e2e.form import as_far_as_the_photo
from tests.e2e.hands import Hands, wait_for
from ui.screens.today.screen import TodayScreen
from ui.screens.visit_form.screen import VisitFormScreen


def main() -> None:
    """Begin the visit of the first household due."""
    root, photo = Path(sys.argv[1]), Path(sys.argv[2])
    hands = Hands(start_program(root))
    hands.unlock(PASSPHRASE)
    today = hands.screen(TodayScreen)
    household_id = today.due_list.cards.keys()[0]
    hands.press_card(today.due_list, household_id)
    as_far_as_the_photo(hands, hands.screen(VisitFormScreen), photo)
    hands.rest()
    sys.stdout.write(f"{household_id}\n")
    sys.stdout.flush()
    wait_for(lambda: False, "the end", seconds=3600)


if __name__ == "__main__":
    main()
