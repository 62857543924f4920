"""The consulting method as pure functions: frames in, frames out.

Nothing here reads files, draws, prints or knows an engagement. Import a function from its module,
such as ``from kamkit.method.profitability import customer_pnl``.
"""
