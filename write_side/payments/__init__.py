"""Money: payments, refunds, and what gateways tell of them."""
