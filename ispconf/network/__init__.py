"""What the operator writes: company, plans, routers, subscribers, and how they fit together.

Knows the files' meaning (FORMAT 2 to 6) as frozen models and what is wrong across them. Knows
nothing of where text comes from: ``edge.files`` reads it.

    written      the base of every block; ids, rates, times as text to values
    company plan router subscriber suspension      one file, one model
    wording      what is wrong with one file, in plain words
    model        Network: all of it as one value
    claims checks    what services claim; everything that is wrong across files
    amounts      which amounts of money stand in terms and extras
    payers       whose money it is that came in
    billing      what the ledger must know of each service
"""
