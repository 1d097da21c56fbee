"""`grader verify`: the proof of a course."""

from __future__ import annotations

import sys

import click
from click.termui import progressbar

from grader.course.manifest import Course, check_solutions
from grader.frontends.cli.common import the_course


@click.command(short_help="Prove that a course tells right from wrong.")
@click.argument("name", default="")
@click.option("--mutants", is_flag=True, help="Also change each solution in many small ways; checks must notice.")
@click.option("--device", "devices", multiple=True, help="Prove it on this device (repeatable); default as for pytest.")
@click.option("--seed", default=0, help="Draw the cases from this number.")
@click.option("--seeds", default=1, type=click.IntRange(1), help="Judge on so many seeds, from --seed on.")
@click.option(
    "--jobs", default=2, type=click.IntRange(1), help="How many processes run mutants, or seeds.", show_default=True
)
@click.pass_context
def verify_command(
    ctx: click.Context, name: str, mutants: bool, devices: tuple[str, ...], seed: int, seeds: int, jobs: int
) -> None:
    """Prove the course, or the chapter or exercise NAME: what passes must, what is wrong fails and is named."""
    from grader.judging.live import LiveReference
    from grader.runtime.devices import choose
    from grader.verify.prove import proof_summary, prove, stray_files

    course = the_course(ctx)
    check_solutions(course, "verify")
    chapter, exercise = course.find_either(name) if name else ("", "")
    names = tuple(
        (c, e) for c in course.chapters if chapter in ("", c) for e in course.catalogue[c] if exercise in ("", e)
    )
    chosen, notes = choose(devices)
    for note in notes:
        click.echo(f"note: {note}")
    with progressbar(length=len(names), label="exercises", file=sys.stderr) as bar:
        whole = [c for c in course.chapters if chapter in ("", c) and not exercise]
        found = prove(LiveReference(course, seed), chosen, names, lambda chapter, name: bar.update(1), whole)
    complaints = [complaint for counts in found.values() for complaint in counts.complaints]
    if not name:
        complaints += stray_files(course)
    for complaint in complaints:
        click.echo(str(complaint))
    for line in proof_summary(found):
        click.echo(line)
    holds = not complaints
    click.echo(f"On {' and '.join(chosen)}, seed {seed}: {'all of it holds' if holds else 'not all of it holds'}.")
    if holds and seeds > 1:
        named = f"--course {ctx.obj} " if ctx.obj else ""
        again = " ".join([f"grader {named}verify", *(f"--device {device}" for device in devices)])
        holds = try_seeds(course, chosen, range(seed, seed + seeds), names, jobs, again)
    if mutants:
        holds &= try_mutants(course, chosen, seed, names, jobs)
    ctx.exit(0 if holds else 1)


def try_seeds(
    course: Course, devices: tuple[str, ...], seeds: range, names: tuple[tuple[str, str], ...], jobs: int, again: str
) -> bool:
    """Judge these exercises on all seeds but the first, which they hold on; whether no verdict changes.

    The first one that does is told, with a command that shows it once more, of which `again` is the beginning.
    """
    from grader.verify.seeds import first_change

    with progressbar(length=len(names) * (len(seeds) - 1), file=sys.stderr) as bar:

        def progress(seed: int) -> None:
            bar.label = f"seed {seed}, {seeds.index(seed) + 1} of {len(seeds)}"
            bar.update(1)

        change = first_change(course, devices, names, seeds[1:], jobs, progress)
    if change is None:
        click.echo(f"On seeds {seeds[0]} to {seeds[-1]}: the same verdicts.")
        return True
    for complaint in change.complaints:
        click.echo(str(complaint))
    click.echo(
        f"On seed {change.seed} a verdict has changed. See it again: {again} {change.exercise} --seed {change.seed}"
    )
    return False


def try_mutants(
    course: Course, devices: tuple[str, ...], seed: int, names: tuple[tuple[str, str], ...], jobs: int
) -> bool:
    """Run the mutants of these exercises and tell what became of them; whether none survived."""
    from grader.verify.mutants import Tried, mutants_summary, run_mutants

    with progressbar(length=1, label="mutants", file=sys.stderr) as bar:

        def progress(tried: Tried, done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        report = run_mutants(course, devices, seed, exercises=names, jobs=jobs, progress=progress)
    for line in mutants_summary(course, report):
        click.echo(line)
    return report.holds
