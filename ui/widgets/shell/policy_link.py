"""The way from a case to the policy cards that concern it: a button of the top bar. Layer 5."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ui.widgets.buttons import IconButton


def policy_link(go: Callable[[], None]) -> IconButton:
    """A button that leads to the policy cards."""
    button = IconButton("info", QCoreApplication.translate("PolicyLink", "政策卡片"))
    button.clicked.connect(go)
    return button
