variable "definitions" {
  description = "CreateTable's parameters by table name: infra/tables.json."
  type        = any
}

variable "deletion_protection" { type = bool }
variable "kms_key_arn" { type = string }
