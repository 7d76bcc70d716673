variable "name" { type = string }
variable "partition" { type = string }
