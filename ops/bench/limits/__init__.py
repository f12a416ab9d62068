"""What the parts alone can do on this machine: the yardsticks beside the rows."""
