"""`python -m subvent`: the command line of `subvent`, where no script is on the path."""

from subvent_cli.main import main

if __name__ == "__main__":
    main()
