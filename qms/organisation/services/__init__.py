"""Every write to the organisation: one function per thing a person does."""
