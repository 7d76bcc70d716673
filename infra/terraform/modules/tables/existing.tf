# Tables that the old path and all writers use. Only keys and indexes are this configuration's: a missing index is added.
# Encryption above all stays as it is, since each reader and writer would need the new key.

resource "aws_dynamodb_table" "existing" {
  # checkov:skip=CKV_AWS_28:backups of an existing table are its owner's; the move changes no setting of it
  # checkov:skip=CKV_AWS_119:another key would shut out those who may not use it; see docs/adr/0009
  # checkov:skip=CKV2_AWS_16:capacity of an existing table is its owner's
  for_each = { for name, table in var.definitions : name => table if contains(keys(var.existing), name) }

  name         = each.key
  billing_mode = var.existing[each.key].billing_mode
  hash_key     = local.keys[each.key].HASH
  range_key    = lookup(local.keys[each.key], "RANGE", null)

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
      read_capacity   = try(var.existing[each.key].indexes[global_secondary_index.value.IndexName].read, null)
      write_capacity  = try(var.existing[each.key].indexes[global_secondary_index.value.IndexName].write, null)
    }
  }

  lifecycle {
    prevent_destroy = true
    ignore_changes = [
      deletion_protection_enabled, on_demand_throughput, point_in_time_recovery, read_capacity, replica,
      server_side_encryption, stream_enabled, stream_view_type, table_class, tags, tags_all, ttl, write_capacity,
    ]
  }
}
