"""How records look wherever they are shown: plain rows for presenters, words and widgets for screens."""
