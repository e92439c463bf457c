"""What the board judges: pure functions from what is known of a site to what a person should see first. No Django, no clock."""
