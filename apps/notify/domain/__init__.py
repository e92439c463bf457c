"""The judgement behind notifications: who is told, when it is quiet. Pure: values in, values out."""
