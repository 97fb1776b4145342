"""The `realfake` command: one file per subcommand, which reads the options and prints; the work is done elsewhere.

Nothing here imports torch, Transformers or numpy before a command runs, so that `--help` answers at once.
"""
