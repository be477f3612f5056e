"""The pages of records, split by subject."""
