"""What every deployable carries: logs, problem documents and the check of request bodies."""
