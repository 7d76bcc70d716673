variable "name" {
  description = "Name of the repository."
  type        = string
}

variable "deletion_protection" { type = bool }
variable "kms_key_arn" { type = string }
