"""The vocabulary, the data and the names: fields, KPIs, and how people write them."""
