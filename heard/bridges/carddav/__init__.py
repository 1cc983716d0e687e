"""CardDAV: what is asked of a server, and what of its answers is made of people."""
