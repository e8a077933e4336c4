"""What holds Shiproom to its word: tables of cases for what is decided, real things at the edges."""
