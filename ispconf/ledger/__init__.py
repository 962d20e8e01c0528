"""The language of money: what was agreed, what was billed, what was paid, and what follows.

Facts go in (billables, the book of entries, a day), conclusions come out (missing invoices, open
amounts, standings with their reasons). Knows nothing of routers, files, clocks or the network.

    scalars money        text to exact values: amounts, percentages, dates, days, flags
    terms facts          what an operator writes: billing terms; free, pauses, discounts, taxes
    billable             all that billing must know of one service
    entries lines book   a ledger entry, its canonical line, all entries together
    cycle                the dates of a billed period
    invoicing            the invoices that are missing up to a day
    allocation           which payment settled which invoice
    standing             the state of a service on a day, and why
    checks               what is wrong in a book, what may not be appended
    documents            a receipt as text
"""
