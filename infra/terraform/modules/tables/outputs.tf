output "arns" {
  description = "By table name."
  value       = { for name, table in merge(aws_dynamodb_table.this, aws_dynamodb_table.existing) : name => table.arn }
}

output "indexes" {
  description = "Names of the global secondary indexes, by table name."
  value       = { for name, table in var.definitions : name => [for index in try(table.GlobalSecondaryIndexes, []) : index.IndexName] }
}
