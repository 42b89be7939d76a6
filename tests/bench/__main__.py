"""`python -m tests.bench [NAME…]`: measures what is named, or all, and prints a line a figure."""

import sys
from importlib import import_module

SUBJECTS = ("whole_run", "tool_turn", "first_frame", "streaming", "transcript", "diff")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in SUBJECTS]
    if unknown:
        sys.stderr.write(f"no benchmark {unknown[0]!r}. There are: {', '.join(SUBJECTS)}\n")
        return 2
    for name in names or SUBJECTS:
        subject = import_module(f"tests.bench.{name}")
        sys.stdout.write(f"\n{(subject.__doc__ or name).strip()}\n")
        for figure in subject.figures():
            sys.stdout.write(f"  {figure}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
