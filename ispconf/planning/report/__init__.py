"""A changeset as people and programs read it: text, markdown and html pages, JSON.

Every renderer shows the same content; secrets are hidden and foreign text is made harmless in each.
"""
