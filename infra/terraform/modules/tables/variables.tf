variable "definitions" {
  description = "CreateTable's parameters by table name: infra/tables.json."
  type        = any
}

variable "keep_settings" {
  description = "Whether the tables keep the key and the backups that they have."
  type        = bool
}

variable "deletion_protection" { type = bool }
variable "kms_key_arn" { type = string }
