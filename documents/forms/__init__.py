"""The forms of governing documents."""
