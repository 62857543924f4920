"""The server as a process of its own; see :func:`kamkit.workshop.voting.running.start_process`."""

from kamkit.workshop.voting.running import main

if __name__ == "__main__":
    main()
