variable "definitions" {
  description = "CreateTable's parameters by table name: infra/tables.json."
  type        = any
}

variable "existing" {
  description = "Tables that were there before, with their billing mode; with PROVISIONED, each index has its capacity."
  type = map(object({
    billing_mode = string
    indexes      = map(object({ read = number, write = number }))
  }))
}

variable "deletion_protection" { type = bool }
variable "kms_key_arn" { type = string }
