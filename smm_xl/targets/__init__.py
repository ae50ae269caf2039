"""Targets, scores and statistics: the arithmetic, and plan against fact."""
