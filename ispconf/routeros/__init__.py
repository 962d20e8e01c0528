"""The language of routers: rows, menus and how RouterOS spells a value.

Pure: it opens no connection and knows nothing of money, plans or subscribers.
"""
