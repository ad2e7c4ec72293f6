"""JavaScript's own functions and objects, as far as migrations use them."""
