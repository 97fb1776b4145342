"""`python -m realfake_hf` is `realfake`."""

from realfake_hf.cli.main import main

if __name__ == "__main__":  # not in the processes that it starts
    main()
