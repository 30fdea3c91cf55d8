"""免访审批: requests to leave households out of the plan. Layer 5."""
