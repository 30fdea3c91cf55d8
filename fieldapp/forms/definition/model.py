"""The definition of a form as sessions share it. Pure library layer."""


class FormDefinition:
    """One version of one form, immutable, shared by its sessions."""

    form_id: str
    version: str
    title: str
    languages: tuple[str, ...]
