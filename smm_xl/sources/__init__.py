"""From files and dataframes to columns that the engine counts."""
