"""Stand-ins at the socket: a real HTTP server that plays three wire protocols and checks every history."""
