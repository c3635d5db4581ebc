"""Papers as pages: a paper's plain data in, a tagged PDF out."""
