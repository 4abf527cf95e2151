"""The warehouse: facts and readings as Parquet, and what is reckoned and drawn from them.

Everything here imports numerical engines. The worker and the commands import it, by name and
when they need it; a web request never does (ADR-0016). What pages read stands outside, in
`measure.figures` and `measure.charts`.
"""
