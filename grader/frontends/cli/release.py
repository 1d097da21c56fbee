"""`grader release`: a student's repository without the answers."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.termui import progressbar

from grader.core.errors import CourseError
from grader.course.manifest import check_solutions
from grader.frontends.cli.common import the_course


@click.command(short_help="Write a student's repository without the answers.")
@click.argument("folder", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--seed", default=0, help="Record the cases that are drawn from this number.", show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; look through DEST, its history too, for answers.")
@click.pass_context
def release_command(ctx: click.Context, folder: Path, seed: int, check: bool) -> None:
    """Write a student's repository into DEST: exercises, and what their checks compare with, but no answer."""
    course = the_course(ctx)
    check_solutions(course, "release")
    if check:
        from grader.course.release.leaks import leaks

        found = leaks(course, folder)
        for leak in found:
            click.echo(str(leak), err=True)
        click.echo("An answer can be found in it." if found else f"No answer was found in {folder}.")
        ctx.exit(1 if found else 0)
    import dataclasses

    from grader.course.recording import write_recording
    from grader.course.release.files import check_place, write_files
    from grader.course.release.wheel import engine_fingerprint
    from grader.judging.live import LiveReference
    from grader.judging.recorder import recorded_chapter
    from grader.runtime.devices import register_sim

    check_place(course, folder)
    if reason := register_sim():
        raise CourseError(f"A release is recorded on the CPU and the simulated device, which cannot be had: {reason}")
    write_files(course, folder)
    release = dataclasses.replace(course, root=folder)
    reference = LiveReference(course, seed)
    with progressbar(course.chapters, label="chapters", file=sys.stderr) as chapters:
        for chapter in chapters:
            write_recording(*recorded_chapter(reference, chapter, engine_fingerprint(), release))
            reference.forget()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    click.echo(f"wrote {folder}: {len(course.chapters)} chapters, {size / 2**20:.1f} MB, no answers")
    click.echo(f"next: grader release --check {folder}, then commit it and make it a template")
