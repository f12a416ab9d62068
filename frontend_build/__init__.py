"""The storefront: its sources, its build, and its rendering in V8."""
