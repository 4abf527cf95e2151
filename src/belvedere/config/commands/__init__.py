"""The words of the command `belvedere`, each a module with `command(argv) -> exit code`."""
