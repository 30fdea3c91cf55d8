"""Settings: looks, lock, this device."""
