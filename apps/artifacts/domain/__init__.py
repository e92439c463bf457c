"""Programs about files that stand alone: nothing of Django, no secrets."""
