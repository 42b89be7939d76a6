"""The prompts of one project, oldest first, kept in the state folder. A file that can't be used is no error."""

from collections.abc import Sequence
from pathlib import Path

KEPT = 1000
LONGEST = 20_000
"""Characters of a prompt that are kept."""


def history_file(state: Path, cwd: str) -> Path:
    from hashlib import sha256

    return state / "prompts" / f"{sha256(cwd.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}.jsonl"


def load(file: Path) -> list[str]:
    try:
        lines = file.read_text("utf-8", errors="replace").split("\n")
    except OSError:
        return []
    return [text for line in lines[-KEPT - 1 :] if (text := _text(line))]


def append(file: Path, prompt: str) -> None:
    import json

    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("a", encoding="utf-8") as stream:
            file.chmod(0o600)
            stream.write(json.dumps(prompt[:LONGEST]) + "\n")
    except (OSError, UnicodeEncodeError):
        return


def _text(line: str) -> str:
    import json

    try:
        value = json.loads(line)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


class Recall:
    """Walks back and forth through the prompts; the draft that was being written comes back at the end."""

    def __init__(self, prompts: Sequence[str] = ()) -> None:
        self.prompts = list(prompts)
        self._at: int | None = None
        self._draft = ""

    def add(self, prompt: str) -> None:
        if prompt and (not self.prompts or self.prompts[-1] != prompt):
            self.prompts.append(prompt)
        self._at = None

    def back(self, draft: str) -> str | None:
        """The earlier prompt, or None where there is none."""
        if self._at is None:
            self._at, self._draft = len(self.prompts), draft
        if self._at == 0:
            return None
        self._at -= 1
        return self.prompts[self._at]

    def forward(self) -> str | None:
        """The later prompt, at the end the draft; None when not walking."""
        if self._at is None:
            return None
        self._at += 1
        if self._at < len(self.prompts):
            return self.prompts[self._at]
        self._at = None
        return self._draft
