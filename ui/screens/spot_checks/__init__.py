"""双随机检查: what an inspector is to check, and what checks found in the worker's town."""
