"""Publish a corpus on the Hugging Face Hub: ``python push.py FOLDER --repo-id org/name``, or ``silverner push``."""

import sys

from silverner.cli import main

if __name__ == "__main__":
    sys.exit(main(["push", *sys.argv[1:]]))
