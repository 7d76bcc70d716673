variable "name" {
  description = "public or internal; names the access log."
  type        = string
}

variable "contract" {
  description = "Path of the import copy that `make dist` wrote."
  type        = string
}

variable "placeholders" {
  description = "Values of the contract's placeholders."
  type        = map(string)
}

variable "endpoint_type" {
  description = "REGIONAL or PRIVATE; has to be known when the plan is made."
  type        = string
}

variable "vpc_endpoint_ids" {
  description = "Endpoints that a private API is reached through; null for another."
  type        = list(string)
  default     = null
}

variable "function_name" {
  description = "Function that the integrations call."
  type        = string
}

variable "import_mode" {
  description = "overwrite: methods that the contract lacks are removed. merge: they stay."
  type        = string
  default     = "overwrite"
}

variable "stage_name" { type = string }

variable "throttle" {
  description = "Requests a second, and the burst above them, from all callers together."
  type        = object({ rate = number, burst = number })
}

variable "health_throttle" {
  description = "Requests a second, and the burst above them, of each of GET /health, HEAD /health and GET /openapi.json, from all callers together; null for the throttle of all methods."
  type        = object({ rate = number, burst = number })
  default     = null
}

variable "log_retention_days" { type = number }
variable "kms_key_arn" { type = string }
