"""服务需求: the list of needs and where they wait. Layer 5."""
