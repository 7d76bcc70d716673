# infra/tables.json holds CreateTable's own parameters, so that the local stack and the tests make the same tables.

locals {
  keys = {
    for name, table in var.definitions : name => {
      for key in table.KeySchema : key.KeyType => key.AttributeName
    }
  }
}

resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV2_AWS_16:billed by request, which scales by itself
  for_each = { for name, table in var.definitions : name => table if !contains(keys(var.existing), name) }

  name                        = each.key
  billing_mode                = each.value.BillingMode
  hash_key                    = local.keys[each.key].HASH
  range_key                   = lookup(local.keys[each.key], "RANGE", null)
  stream_enabled              = try(each.value.StreamSpecification.StreamEnabled, false)
  stream_view_type            = try(each.value.StreamSpecification.StreamViewType, null)
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = each.value.AttributeDefinitions
    content {
      name = attribute.value.AttributeName
      type = attribute.value.AttributeType
    }
  }

  dynamic "global_secondary_index" {
    for_each = try(each.value.GlobalSecondaryIndexes, [])
    content {
      name            = global_secondary_index.value.IndexName
      hash_key        = one([for key in global_secondary_index.value.KeySchema : key.AttributeName if key.KeyType == "HASH"])
      range_key       = one([for key in global_secondary_index.value.KeySchema : key.AttributeName if key.KeyType == "RANGE"])
      projection_type = global_secondary_index.value.Projection.ProjectionType
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}
