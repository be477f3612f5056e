"""Masking a text before it is handed out: finding what points at somebody, and replacing it. Pure."""
