output "artifacts" {
  description = "The bucket of the functions' packages."
  value       = aws_s3_bucket.bucket[var.artifacts].id
}

output "packages" {
  description = "Group of functions → where its package lies, and its SHA-256 in base64."
  value = { for group, object in aws_s3_object.package : group => {
    bucket  = object.bucket
    key     = object.key
    version = object.version_id
    sha256  = var.packages[group].sha256
  } }
}
