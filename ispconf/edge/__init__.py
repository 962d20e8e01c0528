"""The only modules that touch the world: files, git, secrets at rest, routers.

files      the whole repository as one Network, or all its problems at once
yamltext   YAML as text, nothing guessed; places: where things stand in it
cache      what was read before, by content, in the git directory
history    git: the commit, what differs from it, files of another revision
edits      changes of one file that leave all other lines alone
appending  new lines of the ledger, one writer at a time
secrets    who may reveal what is encrypted
routers    RouterOS over the API
"""
