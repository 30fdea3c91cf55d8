"""走访审核: visits that wait for a supervisor. Layer 5."""
