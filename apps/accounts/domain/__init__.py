"""The judgement behind sites: when somebody is there. Pure: values in, values out."""
