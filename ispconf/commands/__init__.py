"""The verbs, one file each; a verb is a function that can be called without a shell."""
