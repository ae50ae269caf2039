"""Reports and plans of tables: what is counted, compared and noted."""
