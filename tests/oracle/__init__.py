"""An oracle: every KPI worked out a second time, from the contract and not from the code. Only ``driver`` imports smm_xl."""
