"""Commands. Each is four hops: route, handler, rules, SQL; each is one transaction on the primary."""
