# How long files stay. The inbox never loses a file, and neither manifests nor what belongs to the ledger ever expire: they are who a file is.

locals {
  ages = { for zone, days in var.retention : zone => days if !contains(["tiering", "noncurrent"], zone) }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  for_each   = var.buckets
  depends_on = [aws_s3_bucket_versioning.bucket]

  bucket = aws_s3_bucket.bucket[each.key].id

  dynamic "rule" {
    # A rule that does nothing is none.
    for_each = { for zone, prefix in each.value : zone => prefix if try(local.ages[zone] + var.retention["tiering"], 0) > 0 }
    content {
      id     = rule.key
      status = "Enabled"
      filter {
        prefix = "${rule.value}/"
      }
      dynamic "transition" {
        for_each = var.retention["tiering"] > 0 ? [var.retention["tiering"]] : []
        content {
          days          = transition.value
          storage_class = "INTELLIGENT_TIERING"
        }
      }
      dynamic "expiration" {
        for_each = local.ages[rule.key] > 0 ? [local.ages[rule.key]] : []
        content {
          days = expiration.value
        }
      }
    }
  }

  rule {
    id     = "left-overs"
    status = "Enabled"
    filter {}
    expiration {
      expired_object_delete_marker = true
    }
    dynamic "noncurrent_version_expiration" {
      for_each = var.retention["noncurrent"] > 0 ? [var.retention["noncurrent"]] : []
      content {
        noncurrent_days = noncurrent_version_expiration.value
      }
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  depends_on = [aws_s3_bucket_versioning.bucket]

  bucket = aws_s3_bucket.bucket[var.artifacts].id

  rule {
    id     = "older-packages"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
