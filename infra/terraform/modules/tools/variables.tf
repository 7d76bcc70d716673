variable "name" {
  description = "What the names of the task and its role begin with."
  type        = string
}

variable "image_uri" { type = string }

variable "execution_role_arn" {
  description = "Role that starts the task: the service's, which may pull from the repository and write the log."
  type        = string
}

variable "log_group_name" { type = string }

variable "table_arns" {
  description = "Tables that the checks look at."
  type        = list(string)
}

variable "aws_region" { type = string }
variable "account_id" { type = string }
