"""The judge: cases, reference, comparison, known mistakes, feedback. The only room that knows answers."""
