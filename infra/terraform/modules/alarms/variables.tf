variable "name" {
  description = "What the topic's name begins with."
  type        = string
}

variable "email" {
  description = "Address that alarms are mailed to; none when empty."
  type        = string
}

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

variable "name_suffix" {
  description = "What the functions' names end with; the runbooks are the same."
  type        = string
}

variable "apis" {
  description = "Name, stage, and the runbook if it is another's, of each API, by what the names of its alarms begin with."
  type        = map(object({ name = string, stage = string, runbook = optional(string) }))
}

variable "account_id" { type = string }
variable "kms_key_arn" { type = string }

variable "namespace" {
  description = "CloudWatch namespace of the metrics in the hops' log lines."
  type        = string
}

variable "hops" {
  description = "The hops, as their log lines name them, in the order of a request."
  type        = list(string)
}

variable "runbook" {
  description = "Page with a heading for each alarm; every alarm's description has its address."
  type        = string
}
