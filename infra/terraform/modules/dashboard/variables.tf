variable "name" { type = string }
variable "aws_region" { type = string }
variable "cluster_name" { type = string }
variable "service_name" { type = string }

variable "load_balancer" {
  description = "Load balancer, as CloudWatch's dimensions name it."
  type        = string
}

variable "functions" {
  description = "Names of the Lambda functions."
  type        = list(string)
}

variable "tables" {
  description = "Index names by table name."
  type        = map(list(string))
}

variable "apis" {
  description = "Name and stage of PublicApi and InternalApi."
  type        = map(object({ name = string, stage = string }))
}

variable "alarm_arns" { type = list(string) }
