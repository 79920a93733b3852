"""Where a frozen build begins, for the program and for every process that it starts."""

from gdstudio.__main__ import main

if __name__ == "__main__":
    main()
