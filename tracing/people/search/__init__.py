"""One box: any part of a name, a number, a birth date, in whatever form it is typed, misspelt too. Only people the searcher may see."""
