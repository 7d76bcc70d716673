environment         = "prod"
deletion_protection = true
log_retention_days  = 365
