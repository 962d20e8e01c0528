"""The language of money: what was agreed, what was billed, what was paid, and what follows.

Facts go in (billables, the book of entries, a day), conclusions come out (missing invoices, open
amounts, standings with their reasons). Knows nothing of routers, files, clocks or the network.

    scalars money        text to exact values: amounts, percentages, dates, days, flags
    terms facts          what an operator writes: billing terms; free, pauses, discounts, taxes
    billable             all that billing must know of one service
    entries written      a ledger entry, and each type of it as it is written
    lines book typed     the canonical line of an entry, all entries together, one typed by hand
    cycle coverage       the dates of a billed period, its days that are not billed yet
    following            the same where the days follow the payments: recharge, duration
    pricing extras fees  what these days cost, what is charged beside them and for being late
    changeover           what a change of plan in mid-period gives back and charges
    invoicing limits     the invoices that are missing up to a day, and what is not billed
    allocation cuts      which payment settled which invoice, when that cut a service
    states debts         what dated facts make of a service, what its debt makes of it
    promises ahead       whether a promise may be taken, how far credit reaches
    standing turns       both together: the state of a service on a day, and why; when it turned
    said                 an entry in a few words, and many of them counted
    postings             the same in double entry, for accountants and their programs
    reports              what a manager asks of a book: revenue, ages, churn, promises, cash
    checks               what is wrong in a book, what may not be appended
    journals overlaps    the parts of that about counters and about periods
    closing verifying    a month that is closed, and whether it still is as it was
    verification         the code that ties a paper to its lines
    documents            receipts, invoices, statements and day closings on paper
"""
