"""The judgement behind policies: facts, predicates, the evaluation, risk, breakers. Pure: values in, values out."""
