# How long files stay. The inbox never loses a file, and neither manifests nor what belongs to the ledger ever expire: they are who a file is.

locals {
  ages = { for zone, days in var.retention : zone => days if !contains(["tiering", "noncurrent"], zone) }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  for_each   = var.buckets
  depends_on = [aws_s3_bucket_versioning.bucket]

  bucket = aws_s3_bucket.bucket[each.key].id

  dynamic "rule" {
    for_each = { for zone, prefix in each.value : zone => prefix if contains(keys(local.ages), zone) }
    content {
      id     = rule.key
      status = "Enabled"
      filter {
        prefix = "${rule.value}/"
      }
      transition {
        days          = var.retention["tiering"]
        storage_class = "INTELLIGENT_TIERING"
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
    noncurrent_version_expiration {
      noncurrent_days = var.retention["noncurrent"]
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
