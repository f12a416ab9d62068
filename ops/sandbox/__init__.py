"""Stand-ins for the services of others that a shop needs. Each is a process of its own; production starts none."""
