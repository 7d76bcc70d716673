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
  # checkov:skip=CKV_AWS_28:on unless keep_table_settings, which leaves live tables as they are until the move is over
  # checkov:skip=CKV_AWS_119:on unless keep_table_settings, which leaves live tables as they are until the move is over
  for_each = var.definitions

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

  # Without these blocks an existing table keeps what it has: the provider only reads it.
  dynamic "point_in_time_recovery" {
    for_each = var.keep_settings ? [] : [true]
    content {
      enabled = true
    }
  }

  dynamic "server_side_encryption" {
    for_each = var.keep_settings ? [] : [var.kms_key_arn]
    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  lifecycle {
    ignore_changes = [tags, tags_all] # of a table that is taken over, they are its owner's
  }
}
