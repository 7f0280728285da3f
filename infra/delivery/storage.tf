# Sources on their way, plans for review, and the builds' caches.

resource "aws_s3_bucket" "delivery" {
  bucket = local.bucket
  #checkov:skip=CKV_AWS_18: the bucket holds what CodePipeline and three roles put there; CloudTrail says who did
  #checkov:skip=CKV_AWS_144: a plan that is lost is made again
  #checkov:skip=CKV_AWS_145: S3's own key does; no other account reads here
  #checkov:skip=CKV2_AWS_62: nobody waits for objects here
}

resource "aws_s3_bucket_versioning" "delivery" {
  bucket = aws_s3_bucket.delivery.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "delivery" {
  bucket = aws_s3_bucket.delivery.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "delivery" {
  bucket                  = aws_s3_bucket.delivery.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "delivery" {
  bucket     = aws_s3_bucket.delivery.id
  depends_on = [aws_s3_bucket_versioning.delivery]

  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    expiration {
      days = var.plan_days
    }
    noncurrent_version_expiration {
      noncurrent_days = var.plan_days
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_s3_bucket_policy" "delivery" {
  bucket     = aws_s3_bucket.delivery.id
  depends_on = [aws_s3_bucket_public_access_block.delivery]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
