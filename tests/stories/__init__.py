"""The whole program as an operator meets it: real windows on an X server, real cameras on loopback."""
