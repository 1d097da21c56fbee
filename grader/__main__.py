"""`python -m grader`."""

from grader.frontends.cli.main import main

main()
