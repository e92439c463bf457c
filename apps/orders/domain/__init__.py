"""Judgement about money: what a part costs, what a canceled order still costs. Values in, values out."""
