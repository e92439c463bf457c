"""What operators' templates say often."""
