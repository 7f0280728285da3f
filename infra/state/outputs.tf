output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.state.id
}

output "backend" {
  description = "What belongs into infra/stack/backend.tf; backend.tf.example holds it with placeholders."
  value       = <<-EOT
    terraform {
      backend "s3" {
        bucket       = "${aws_s3_bucket.state.id}"
        key          = "${var.project}/stack.tfstate"
        region       = "${var.region}"
        encrypt      = true
        use_lockfile = true
      }
    }
  EOT
}
