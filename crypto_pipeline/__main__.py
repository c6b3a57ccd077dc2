"""The crypto-pipeline command, also as ``python -m crypto_pipeline``.

Belongs here: what has to hold before anything of it is imported, which takes a moment.
Does not belong here: the command (cli/app.py).
"""

import sys

from crypto_pipeline.foundation import programs

STOPPED_BY_CTRL_C = 130
"""128 and the signal's number, as shells say it."""


def program() -> None:
    """The command, where it is all that this process is for."""
    programs.run(main)


def main() -> None:
    """Run the command. Ctrl-C is an end without a word, whatever it interrupts."""
    try:
        from crypto_pipeline.cli.app import main as command

        command()
    except BaseException as error:
        if _is_ctrl_c(error):
            sys.exit(STOPPED_BY_CTRL_C)
        raise


def _is_ctrl_c(error: BaseException) -> bool:
    from asyncio import CancelledError  # in which an event loop of Python 3.10 leaves it

    return isinstance(error, KeyboardInterrupt | CancelledError)


if __name__ == "__main__":
    program()
