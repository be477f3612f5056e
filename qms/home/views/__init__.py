"""The start page, the work list, and the page of those who look after the system."""
