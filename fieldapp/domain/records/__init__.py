"""Records of the field: field lists and code lists, declared once for device, server and wire."""
