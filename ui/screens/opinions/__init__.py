"""满意度和意见: what families say at the end of a visit (S35)."""
