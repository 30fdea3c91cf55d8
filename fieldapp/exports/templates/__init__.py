"""Documents of other departments, filled from a county's .docx and .xlsx templates. Level 3, no Qt.

A template is the department's own file with names in braces where facts go. What is put in is text, never
code: no template language is run.
"""
