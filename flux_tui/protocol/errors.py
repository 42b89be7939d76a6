"""Errors for the person who runs Flux: one sentence each, with the exit code it leads to."""


class FluxError(Exception):
    """Something the person can mend. `str()` is one sentence that says what happened and what to do next."""

    exit_code = 1


class UsageError(FluxError):
    """A flag, folder, config, session or key that is not right."""

    exit_code = 2


class StoreError(FluxError):
    """The database can't be used."""
