"""Reports, plan against fact and the reverse funnel: what is counted, compared and noted, and the one shape of all three."""
