"""政策卡片: what aid there is, in plain words, without a network. Layer 5."""
