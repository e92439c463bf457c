"""Judgement about print attempts: which printer takes which, and what to do when record and machine disagree. Pure: values in, values out."""
