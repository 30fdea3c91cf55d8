"""fieldapp: the device side of 入户通 below the screen (domain, storage, security, services)."""

__version__ = "0.1.0"
