environment         = "dev"
deletion_protection = false
log_retention_days  = 30
max_count           = 4

# The quota of a new account may be as low as 10 calls at a time: nothing to reserve from.
reserved_concurrency = null
