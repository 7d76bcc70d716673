environment         = "prod"
deletion_protection = true
log_retention_days  = 365

# Required in prod: the ACM certificate of internal-alb.<internal_domain>. Put your own values here.
# certificate_arn = "arn:aws:acm:ap-southeast-1:123456789012:certificate/00000000-0000-4000-8000-000000000000"
# internal_domain = "internal.example.com"
