"""The crypto-pipeline command, also as ``python -m crypto_pipeline``.

Belongs here: what has to hold before anything of it is imported, which takes a moment.
Does not belong here: the command (cli/app.py).
"""

import sys

STOPPED_BY_CTRL_C = 130
"""128 and the signal's number, as shells say it."""


def main() -> None:
    """Run the command. Ctrl-C is an end without a word, whatever it interrupts."""
    try:
        from crypto_pipeline.cli.app import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(STOPPED_BY_CTRL_C)


if __name__ == "__main__":
    main()
