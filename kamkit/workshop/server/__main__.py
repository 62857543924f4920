"""``python -m kamkit.workshop.server``: the process of :func:`kamkit.workshop.server.start`."""

from kamkit.workshop.server.running import main

if __name__ == "__main__":
    main()
