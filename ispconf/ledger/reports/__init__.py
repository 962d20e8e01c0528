"""What a manager or an accountant asks of a book: sums over it, one file per question.

    revenue       income by month, plan, zone and method, as the accounts of ``postings`` have it
    receivables   what is owed by age, and what was paid ahead
    churn         services and subscribers that began and left, by month
    promises      promises to pay, kept and broken
    cash          the closing of one journal's day

Plain functions of a book, facts and days. They know nothing of tables, files and clocks.
"""
