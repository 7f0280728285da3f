# How long files stay. The inbox never loses a file, and neither manifests nor what belongs to the ledger ever expire: they are who a file is.

locals {
  # Zone → pipeline → its own days, where they differ.
  own = { for zone, days in var.retention : zone => {
    for pipeline, of in var.pipelines : pipeline => of[zone] if try(of[zone] != null && of[zone] != days, false)
  } }

  # S3 lets the shorter of two terms win. A zone in which a pipeline keeps something longer has therefore no rule for the whole of it,
  # but one for each part.
  parted = [for zone, days in var.retention : zone if days > 0 && anytrue([for its in values(local.own[zone]) : its == 0 || its > days])]
  parts = { for zone, _ in var.retention : zone => contains(local.parted, zone) ? concat(
    keys(var.pipelines), zone == "failed" ? ["unmatched"] : zone == "reports" ? ["daily"] : []
  ) : [] }

  # Zone → folder below it, or "" for all of it → days.
  terms = { for zone, days in var.retention : zone => merge(
    { for part in contains(local.parted, zone) ? local.parts[zone] : [""] : part => days }, local.own[zone]
  ) }

  # Bucket → name of a rule → prefix, and days to expire and to go to another tier, 0 for never.
  rules = { for bucket, zones in var.buckets : bucket => merge([for zone, prefix in zones : {
    for part, days in lookup(local.terms, zone, {}) : trimsuffix("${zone}-${part}", "-") => {
      prefix = part == "" ? "${prefix}/" : "${prefix}/${part}/"
      days   = days
      tier   = days == 0 || days > var.tiering ? var.tiering : 0
    }
  }]...) }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  for_each   = var.buckets
  depends_on = [aws_s3_bucket_versioning.bucket]

  bucket = aws_s3_bucket.bucket[each.key].id

  dynamic "rule" {
    # A rule that does nothing is none.
    for_each = { for name, one in local.rules[each.key] : name => one if one.days + one.tier > 0 }
    content {
      id     = rule.key
      status = "Enabled"
      filter {
        prefix = rule.value.prefix
      }
      dynamic "transition" {
        for_each = rule.value.tier > 0 ? [rule.value.tier] : []
        content {
          days          = transition.value
          storage_class = "INTELLIGENT_TIERING"
        }
      }
      dynamic "expiration" {
        for_each = rule.value.days > 0 ? [rule.value.days] : []
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
      for_each = var.noncurrent > 0 ? [var.noncurrent] : []
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
