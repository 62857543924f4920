"""The generator of the sample engagement: a fictional firm with planted truths."""
