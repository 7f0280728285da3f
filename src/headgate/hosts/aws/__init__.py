"""The AWS host: the same stages, each in a function of its own, or all of them in `headgate worker`."""
