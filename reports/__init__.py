"""What a result says, and how it looks on paper and screen."""
