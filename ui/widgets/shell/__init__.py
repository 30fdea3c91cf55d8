"""The frame around the pages: navigation, top bar, two arrangements. Layer 5."""
