"""Level 4: use cases on the device. Frozen values out, ChangeSet for what changed; no Qt, no SQL."""
