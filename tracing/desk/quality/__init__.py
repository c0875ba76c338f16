"""Review of a sample of interviews: drawn, read by somebody else, told to whoever held them."""
