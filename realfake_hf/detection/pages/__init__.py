"""How verdicts look in the demo, reports, notebooks and the static page: one card, and a workbench of many."""
