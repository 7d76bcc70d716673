environment         = "dev"
deletion_protection = false
log_retention_days  = 30
max_count           = 4
