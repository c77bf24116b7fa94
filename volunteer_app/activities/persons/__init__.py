"""What activities hold of one person: their own record, one-time codes for them, keeping time and erasure."""
