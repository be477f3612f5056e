"""What stands in a document: cleaning, reading, comparing, turning into PDF. No models, no database."""
