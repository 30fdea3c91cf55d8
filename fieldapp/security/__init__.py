"""Level 3: keys and ciphers of the device. Imports fieldapp.domain only; no Qt, no database, no network."""
