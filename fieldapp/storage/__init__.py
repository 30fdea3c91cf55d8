"""Level 3: the device's encrypted store. The only place that knows SQL on the device."""
