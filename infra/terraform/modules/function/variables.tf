variable "name" { type = string }
variable "description" { type = string }

variable "package" {
  description = "Path of the zip."
  type        = string
}

variable "handler" {
  description = "Module and function that Lambda calls."
  type        = string
}

variable "runtime" {
  description = "Lambda's runtime, which the package is built for."
  type        = string
}

variable "timeout_seconds" {
  description = "Less than the gateway in front waits, so that the function answers before it is given up."
  type        = number
}

variable "memory_mb" { type = number }

variable "reserved_concurrency" {
  description = "Most calls at a time; the part of the account's concurrency that no other function can take. null reserves none."
  type        = number
}

variable "environment" { type = map(string) }

variable "statements" {
  description = "What the function may do beside logs, traces and its own settings, by statement id."
  type        = map(object({ actions = list(string), resources = list(string) }))
  default     = {}
}

variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "aws_region" { type = string }
variable "account_id" { type = string }
variable "partition" { type = string }
variable "log_retention_days" { type = number }
variable "kms_key_arn" { type = string }
