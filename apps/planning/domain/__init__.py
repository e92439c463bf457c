"""The judgement behind plans and plates: defaults, differences, grouping, packing. Pure: values in, values out."""
