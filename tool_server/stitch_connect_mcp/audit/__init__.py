"""What was called, by whom and with what result: a journal that shows when somebody changed it."""
