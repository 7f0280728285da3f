"""`python -m headgate`."""

from headgate.faces.cli import main

if __name__ == "__main__":
    main()
