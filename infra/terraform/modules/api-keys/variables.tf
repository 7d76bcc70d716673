variable "create_keys" {
  description = "Whether to create a key for each application, with its value in the state."
  type        = bool
}

variable "applications" {
  description = "Requests a second, burst and requests a month, by application."
  type        = map(object({ rate = number, burst = number, monthly_quota = number }))
}

variable "api_id" { type = string }
variable "api_name" { type = string }
variable "stage_name" { type = string }
