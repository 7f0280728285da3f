# The buckets of files, and that of the functions' packages: no public access, TLS only, versions, encryption.

locals {
  # The packages' bucket has a key of S3 in any case: whoever deploys needs no other.
  encryption = merge({ for bucket, _ in var.buckets : bucket => var.encryption }, { (var.artifacts) = "s3" })
}

resource "aws_s3_bucket" "bucket" {
  for_each = local.encryption

  bucket        = each.key
  force_destroy = each.key == var.artifacts || var.force_destroy
  #checkov:skip=CKV_AWS_18: only this project's roles and its owners get here; CloudTrail's data events say who did, where that is wanted
  #checkov:skip=CKV_AWS_144: whoever needs a second region has it by a replication rule of theirs; files come again from their senders
  #checkov:skip=CKV_AWS_145: encryption = kms does; by default S3's own key
  #checkov:skip=CKV2_AWS_62: the bucket that files arrive in tells EventBridge; nobody waits for objects in the others
  #checkov:skip=CKV2_AWS_61: each has a lifecycle, below
}

resource "aws_s3_bucket_versioning" "bucket" {
  for_each = local.encryption

  bucket = aws_s3_bucket.bucket[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  for_each = local.encryption

  bucket = aws_s3_bucket.bucket[each.key].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = each.value == "kms" ? "aws:kms" : "AES256"
      kms_master_key_id = each.value == "kms" ? var.kms_key_arn : null
    }
    # One question to KMS for many objects.
    bucket_key_enabled = each.value == "kms"
  }
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = local.encryption

  bucket                  = aws_s3_bucket.bucket[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "bucket" {
  for_each = local.encryption

  bucket = aws_s3_bucket.bucket[each.key].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "bucket" {
  for_each = local.encryption

  bucket     = aws_s3_bucket.bucket[each.key].id
  depends_on = [aws_s3_bucket_public_access_block.bucket]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:${var.partition}:s3:::${each.key}", "arn:${var.partition}:s3:::${each.key}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_notification" "arrivals" {
  bucket      = aws_s3_bucket.bucket[var.telling].id
  eventbridge = true
}

resource "aws_s3_object" "package" {
  for_each   = var.packages
  depends_on = [aws_s3_bucket_versioning.bucket, aws_s3_bucket_server_side_encryption_configuration.bucket]

  bucket      = aws_s3_bucket.bucket[var.artifacts].id
  key         = "${each.key}.zip"
  source      = each.value.path
  source_hash = each.value.sha256
  #checkov:skip=CKV_AWS_186: packages hold no secrets; S3's own key encrypts them
}
