"""What a command changes of the files that other programs run later is said to the person and to the model."""

from pathlib import Path

from flux_tui.llm.scripted import Reply
from flux_tui.protocol.blocks import NoteBlock
from tests import sandboxes
from tests.agent.scripts import call, run


async def test_run_later_files_are_marked(tmp_path: Path, home: Path) -> None:
    sandboxes.box()
    project = tmp_path / "project"
    project.mkdir()
    command = "mkdir -p .github/workflows; echo x > .github/workflows/ci.yml; echo x > Makefile; echo x > plain.py"
    ran = await run(project, home, [call("run_command", command=command), Reply("Done.")], flags={"mode": "full"})
    (note,) = [block for block in ran.results[0].blocks if isinstance(block, NoteBlock)]
    assert ".github/workflows/ci.yml" in note.text
    assert "plain.py" not in note.text
    assert note.text in ran.results[0].text


async def test_an_output_too_long_to_show_can_be_searched(tmp_path: Path, home: Path) -> None:
    sandboxes.box()
    project = tmp_path / "project"
    project.mkdir()
    script = [
        call("run_command", command="seq 1 30000"),
        call("run_command", command='grep -c "" "$TMPDIR"/output-*.txt'),
        Reply("Done."),
    ]
    ran = await run(project, home, script, flags={"mode": "full"})
    assert "the whole output: $TMPDIR/output-" in ran.results[0].text
    assert "30000" in ran.results[1].text


async def test_what_the_person_adds_for_commands(tmp_path: Path, home: Path) -> None:
    sandboxes.box()
    project, extra = tmp_path / "project", Path("/var/lib")
    project.mkdir()
    flags = {"mode": "full", "commands.environment": ("FLUX_HOME",), "commands.writable": (str(home),)}
    home.mkdir(exist_ok=True)  # noqa: ASYNC240  a test may wait for its own folder
    command = f"echo $FLUX_HOME; echo x > {home}/mine; echo x > {home}/data/theirs; echo x > {extra}/flux-test"
    ran = await run(project, home, [call("run_command", command=command), Reply("Done.")], flags=flags)
    assert str(home) in ran.results[0].text
    assert (home / "mine").exists()
    assert not (home / "data" / "theirs").exists(), "Flux's own folders stay out of reach"
    assert not (extra / "flux-test").exists()
