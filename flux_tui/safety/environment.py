"""The environment of commands: an allow-list, so that no key of ours ever reaches a child.

It is given to the process itself, never as `--setenv`: arguments are public.
"""

from collections.abc import Mapping

_KEPT = frozenset({
    "PATH", "HOME", "LANG", "LANGUAGE", "TERM", "USER", "LOGNAME", "SHELL", "TZ", "VIRTUAL_ENV", "CONDA_PREFIX",
    "PYENV_ROOT", "CARGO_HOME", "RUSTUP_HOME", "GOPATH", "GOROOT", "JAVA_HOME", "NVM_DIR",
})  # fmt: skip

_SET: Mapping[str, str] = {
    "TMPDIR": "/tmp",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "EDITOR": "false",
    "GIT_EDITOR": "false",
    "PIP_NO_INPUT": "1",
    "DEBIAN_FRONTEND": "noninteractive",
}
"""There is no terminal and nobody to answer: what would wait for either fails at once instead."""


def environment(env: Mapping[str, str], extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command gets of `env`. `extra` is what the person's own profile adds, and wins."""
    kept = {name: value for name, value in env.items() if name in _KEPT or name.startswith("LC_")}
    return {**kept, **_SET, **(extra or {})}
