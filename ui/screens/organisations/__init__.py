"""服务机构和项目: who serves, by which contract and project. Layer 5."""
