"""就业帮扶: members able or willing to work, and the list for whoever finds them work. Layer 5."""
