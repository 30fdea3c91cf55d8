"""Pure rules of social assistance; each module cites its R-number."""
