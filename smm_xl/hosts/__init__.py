"""The programs that the worksheet functions live in, one package each."""
