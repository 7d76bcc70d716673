variable "name" { type = string }
variable "aws_region" { type = string }
variable "cluster_name" { type = string }
variable "service_name" { type = string }

variable "load_balancer" {
  description = "Load balancer, as CloudWatch's dimensions name it."
  type        = string
}

variable "target_group" {
  description = "Target group, as CloudWatch's dimensions name it."
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

variable "namespace" {
  description = "CloudWatch namespace of the metrics in the hops' log lines."
  type        = string
}

variable "hops" {
  description = "The hops, as their log lines name them, in the order of a request."
  type        = list(string)
}

variable "thresholds" {
  description = "Threshold of each alarm, by its name."
  type        = map(number)
}

variable "hop_logs" {
  description = "Log groups of the hops, in the order of a request."
  type        = list(string)
}

variable "gateway_logs" {
  description = "Log groups of the gateways' access logs."
  type        = list(string)
}
