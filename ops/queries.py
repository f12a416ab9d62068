"""SQL of operations' own small questions."""

from typing import Final

COUNT_PRODUCTS: Final = "SELECT count(*) FROM (SELECT 1 FROM product LIMIT 1) AS one"
