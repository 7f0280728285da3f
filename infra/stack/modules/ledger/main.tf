# One table for runs, claims, events, notices, payments and analyses; and one for each sink of a pipeline.

resource "aws_dynamodb_table" "ledger" {
  name             = var.name
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "pk"
  range_key        = "sk"
  stream_enabled   = true
  stream_view_type = "NEW_IMAGE"
  # Who a file is, and all rows that were loaded: no slip takes them down.
  deletion_protection_enabled = !var.force_destroy
  #checkov:skip=CKV_AWS_119: DynamoDB's own key encrypts it; it holds names of files and counts, and no other account reads it

  dynamic "attribute" {
    for_each = ["pk", "sk", "gpk", "gsk"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "by_day"
    hash_key        = "gpk"
    range_key       = "gsk"
    projection_type = "ALL"
  }

  # Only analyses and budgets have it: who a file is, is never forgotten.
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "sink" {
  for_each = var.sinks

  name                        = "${var.name}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition_key
  range_key                   = each.value.sort_key
  deletion_protection_enabled = !var.force_destroy
  #checkov:skip=CKV_AWS_119: DynamoDB's own key encrypts it; no other account reads it

  dynamic "attribute" {
    for_each = toset(compact(concat([each.value.partition_key, each.value.sort_key], values(each.value.indexes)...)))
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes
    content {
      name      = global_secondary_index.key
      hash_key  = global_secondary_index.value[0]
      range_key = try(global_secondary_index.value[1], null)
      # What stands under the keys, the table says: a copy of all rows in each index would cost as much again to keep.
      projection_type = "KEYS_ONLY"
    }
  }

  point_in_time_recovery {
    enabled = true
  }
}
