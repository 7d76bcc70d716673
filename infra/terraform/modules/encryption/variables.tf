variable "name" {
  description = "Alias of the key."
  type        = string
}

variable "aws_region" { type = string }
variable "account_id" { type = string }
variable "partition" { type = string }
