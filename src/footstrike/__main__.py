"""``python -m footstrike``: the same as the ``footstrike`` command."""

from footstrike.cli import main

if __name__ == "__main__":
    main()
