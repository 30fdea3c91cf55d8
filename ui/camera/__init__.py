"""The camera: devices from one provider, pictures in memory only."""
